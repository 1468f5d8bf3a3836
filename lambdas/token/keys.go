package token

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Bounds of key lookups.
const (
	// maxKeysBytes is the largest key set that is read; Cognito's has under 1 KB.
	maxKeysBytes = 64 << 10
	// fetchTimeout is how long a key set may take.
	fetchTimeout = 3 * time.Second
	// fetchPause is the shortest time between two fetches, so that tokens with
	// made-up key ids cannot make this system call the issuer at their pace.
	fetchPause = 10 * time.Second
	// keysMaxAge is how long keys are trusted without asking again, so that a key
	// the issuer withdrew is refused in the end.
	keysMaxAge = time.Hour
)

// lookup carries out of the verifier, whose errors do not wrap, that the keys
// could not be had.
type lookup struct{ unavailable error }

type lookupKey struct{}

// keys is the issuer's key set: fetched when a token needs it, kept for a while.
type keys struct {
	url       string
	transport http.RoundTripper
	now       func() time.Time

	mu      sync.Mutex
	current *oidc.RemoteKeySet
	since   time.Time // when current began empty
	fetched time.Time // when the issuer was asked last
	failure error     // how that failed
}

func newKeys(url string, transport http.RoundTripper, now func() time.Time) *keys {
	return &keys{url: url, transport: transport, now: now}
}

// VerifySignature returns the payload of a token signed with one of the keys.
func (k *keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.set().VerifySignature(ctx, jwt)
	if errors.Is(err, ErrUnavailable) {
		if l, ok := ctx.Value(lookupKey{}).(*lookup); ok {
			l.unavailable = err
		}
	}
	return payload, err
}

// set returns the present key set, a new and empty one if it is too old.
func (k *keys) set() *oidc.RemoteKeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current == nil || k.now().Sub(k.since) >= keysMaxAge {
		client := &http.Client{Transport: fetch{k}, Timeout: fetchTimeout}
		k.current = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), client), k.url)
		k.since = k.now()
		k.fetched = time.Time{}
	}
	return k.current
}

// errPaused means that the issuer was asked a moment ago and did not name the key.
var errPaused = errors.New("the issuer's keys were fetched a moment ago and the token's is not among them")

// fetch fetches a key set within the bounds.
type fetch struct{ k *keys }

func (f fetch) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := f.k.begin(); err != nil {
		return nil, err
	}
	body, err := f.read(r)
	f.k.end(err)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)),
	}, nil
}

func (f fetch) read(r *http.Request) ([]byte, error) {
	response, err := f.k.transport.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeysBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", ErrUnavailable, response.StatusCode)
	case len(body) > maxKeysBytes:
		return nil, fmt.Errorf("%w: more than %d bytes", ErrUnavailable, maxKeysBytes)
	}
	return signatures(body)
}

// signatures returns the key set without the keys that are not for signatures of
// RS256: the library looks at a key's id alone, and would take what an issuer's key
// for encryption has signed.
// https://www.rfc-editor.org/rfc/rfc7517#section-4
func signatures(body []byte) ([]byte, error) {
	var all struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	signing := []json.RawMessage{}
	for _, raw := range all.Keys {
		var about struct {
			Type       string   `json:"kty"`
			Use        *string  `json:"use"`
			Algorithm  *string  `json:"alg"`
			Operations []string `json:"key_ops"`
		}
		err := json.Unmarshal(raw, &about)
		if err == nil && about.Type == "RSA" && (about.Use == nil || *about.Use == "sig") && (about.Algorithm == nil || *about.Algorithm == oidc.RS256) &&
			(about.Operations == nil || slices.Contains(about.Operations, "verify")) {
			signing = append(signing, raw)
		}
	}
	return json.Marshal(map[string]any{"keys": signing})
}

// begin allows a fetch, or says why there is none now.
func (k *keys) begin() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now().Sub(k.fetched) < fetchPause {
		if k.failure != nil {
			return k.failure
		}
		return errPaused
	}
	k.fetched = k.now()
	return nil
}

// end notes how a fetch went; after a failure the pause is a second.
func (k *keys) end(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failure = err; err != nil {
		k.fetched = k.now().Add(time.Second - fetchPause)
	}
}
