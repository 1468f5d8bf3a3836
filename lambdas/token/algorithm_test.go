package token

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// gullible takes every signature, as one is taken that was proven before.
type gullible struct{}

func (gullible) VerifySignature(_ context.Context, jwt string) ([]byte, error) { return payload(jwt) }

// TestEachLimitOfAlgorithms wants the verifier to refuse what another algorithm has
// signed whatever the keys say, and the keys to refuse it whoever asks them.
func TestEachLimitOfAlgorithms(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{KeyID: "one", Key: private.Public()}}})
	}))
	defer issuer.Close()
	verifier := newVerifier(issuer.URL, []string{"web"}, gullible{}, time.Now)
	claims := fmt.Appendf(nil, `{"iss":%q,"sub":"somebody","client_id":"web","token_use":"access","exp":%d}`, issuer.URL, time.Now().Add(time.Hour).Unix())
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512} {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: private, KeyID: "one"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(claims)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		_, ofVerifier := verifier.Verify(t.Context(), raw)
		_, ofKeys := newKeys(issuer.URL, http.DefaultTransport, time.Now).VerifySignature(t.Context(), raw)
		if right := algorithm == jose.RS256; (ofVerifier == nil) != right || (ofKeys == nil) != right {
			t.Errorf("%s: the verifier says %v, the keys say %v", algorithm, ofVerifier, ofKeys)
		}
	}
}

// TestKeysOfAnotherKind wants nothing in the set but public keys of RSA.
func TestKeysOfAnotherKind(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for want, keys := range map[int][]any{1: {private.Public()}, 0: {private, curve.Public(), curve, []byte("secret")}} {
		for _, key := range keys {
			body, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key}}})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := signing(body); err != nil || len(got) != want {
				t.Errorf("%T: %d keys, want %d; %v", key, len(got), want, err)
			}
		}
	}
}
