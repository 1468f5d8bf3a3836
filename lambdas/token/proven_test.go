package token_test

import (
	"crypto/rsa"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestProvenTokens asks again of tokens whose signature is remembered everything that
// is asked of others.
func TestProvenTokens(t *testing.T) {
	i := newIssuer(t)
	v := i.verifier()
	raw := sign(t, i.keys["one"], "one", i.claims(map[string]any{"exp": i.now.Add(30 * time.Minute).Unix()}))
	accepted := func() bool {
		_, err := v.Verify(t.Context(), raw)
		return err == nil
	}
	for range 3 {
		if !accepted() {
			t.Fatal("refused")
		}
	}
	t.Run("another payload, the same signature", func(t *testing.T) {
		parts := strings.Split(raw, ".")
		other := strings.Split(sign(t, newKey(t), "one", i.claims(map[string]any{"sub": "somebody else"})), ".")
		if _, err := v.Verify(t.Context(), parts[0]+"."+other[1]+"."+parts[2]); err == nil {
			t.Error("accepted")
		}
	})
	t.Run("expired", func(t *testing.T) {
		before := i.now
		defer func() { i.now = before }()
		i.now = i.now.Add(31 * time.Minute)
		if accepted() {
			t.Error("accepted")
		}
	})
	t.Run("the issuer has withdrawn the key", func(t *testing.T) {
		i.keys = map[string]*rsa.PrivateKey{"two": newKey(t)}
		i.now = i.now.Add(time.Minute)
		if !accepted() {
			t.Fatal("refused, and the issuer was not asked since")
		}
		if _, err := v.Verify(t.Context(), sign(t, i.keys["two"], "two", i.claims(nil))); err != nil {
			t.Fatal(err)
		}
		if accepted() {
			t.Error("accepted, and other keys are known by now")
		}
	})
}

// TestFirstTokensAtOnce needs the keys in many calls before they are there.
func TestFirstTokensAtOnce(t *testing.T) {
	i := newIssuer(t)
	i.answer = func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(20 * time.Millisecond)
		i.serve(w)
	}
	for range 20 {
		v := i.verifier()
		i.fetches.Store(0)
		raw := sign(t, i.keys["one"], "one", i.claims(nil))
		var calls sync.WaitGroup
		for n := range 64 {
			calls.Go(func() {
				time.Sleep(time.Duration(n) * time.Millisecond / 2) // some when the keys have just come
				if _, err := v.Verify(t.Context(), raw); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if n := i.fetches.Load(); n != 1 {
			t.Errorf("the issuer was asked %d times, want once", n)
		}
	}
}
