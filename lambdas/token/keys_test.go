package token

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// TestKeysAreSharedAndProofRemembered is about what callers cannot see but in how long
// they wait.
func TestKeysAreSharedAndProofRemembered(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	fetches := 0
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetches++
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{KeyID: "one", Key: private.Public(), Algorithm: "RS256"}}})
	}))
	defer issuer.Close()
	k := newKeys(issuer.URL, http.DefaultTransport, time.Now)
	first, err := k.next(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Who saw no keys a moment before they came is not told that there are none.
	if second, err := k.next(t.Context(), nil); err != nil || second != first || fetches != 1 {
		t.Errorf("got %p, %v after %d fetches, want %p after one", second, err, fetches, first)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: "one"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte("claims"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := k.VerifySignature(t.Context(), raw); err != nil || string(got) != "claims" {
			t.Errorf("got %q, %v", got, err)
		}
		first.keys = nil // the second time it is remembered
	}
}

// TestProvenIsBounded remembers many digests, and one that is asked for all the while.
func TestProvenIsBounded(t *testing.T) {
	var p proven
	digest := func(n int) [sha256.Size]byte {
		return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // not negative
	}
	for n := range 5 * maxProven {
		p.add(digest(n))
		if !p.has(digest(0)) {
			t.Fatalf("forgotten after %d others, though it was asked for all the while", n)
		}
		if size := len(p.young) + len(p.old); size > 2*maxProven {
			t.Fatalf("%d are remembered, want at most %d", size, 2*maxProven)
		}
	}
	if p.has(digest(1)) {
		t.Error("the second is remembered, and nobody has asked for it since")
	}
}
