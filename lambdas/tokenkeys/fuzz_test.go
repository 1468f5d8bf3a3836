package tokenkeys_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// answering is a transport that answers with a document.
type answering []byte

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// FuzzPublish fetches whatever an issuer's address may answer: what is published is
// what was fetched, whole, and has public keys only.
func FuzzPublish(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"keys":[]}`, `{"keys":[{"kid":"one","kty":"RSA","n":"AQAB","e":"AQAB"}]}`, `{"keys":[{"kid":"one","kty":"RSA","n":"","e":"AQAB"}]}`,
		`{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}]}`,
		`{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`, `{"keys":[null]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		store := &kept{}
		p := publisher("https://issuer.example", store)
		p.Transport = answering(document)
		if err := p.Publish(t.Context()); err != nil {
			if store.document != nil {
				t.Errorf("%q was published and refused: %v", document, err)
			}
			return
		}
		var set struct{ Keys []map[string]any }
		if err := json.Unmarshal(store.document, &set); err != nil || !slices.Equal(store.document, document) || len(set.Keys) == 0 || len(document) > 64<<10 {
			t.Fatalf("%q was published as %q: %v", document, store.document, err)
		}
		for _, key := range set.Keys {
			if key["kty"] == "oct" {
				t.Errorf("a secret was published: %q", document)
			}
		}
	})
}
