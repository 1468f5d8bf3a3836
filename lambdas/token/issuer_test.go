package token_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"fulcrum/lambdas/token"
)

// hanging is an issuer that never answers.
type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestTheIssuerHangs wants a token's bearer to be told soon that the keys cannot be had,
// and who comes after at once.
func TestTheIssuerHangs(t *testing.T) {
	raw := func() string {
		i := newIssuer(t)
		defer i.Close()
		return sign(t, i.keys["one"], "one", i.claims(map[string]any{"iss": "https://issuer.example", "exp": noon.AddDate(99, 0, 0).Unix()}))
	}()
	synctest.Test(t, func(t *testing.T) {
		v := token.NewVerifier("https://issuer.example", []string{"web"}, hanging{}, time.Now)
		for _, want := range []time.Duration{time.Second, 2 * time.Second, 0} {
			ctx, cancel := t.Context(), func() {}
			if want == time.Second { // the request ends before the issuer is given up
				ctx, cancel = context.WithTimeout(ctx, want)
			}
			begin := time.Now()
			_, err := v.Verify(ctx, raw)
			cancel()
			if !errors.Is(err, token.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
			if took := time.Since(begin); took != want {
				t.Errorf("it took %v, want %v", took, want)
			}
		}
	})
}

// TestTheIssuerMoves wants keys from the issuer's address and from nowhere else.
func TestTheIssuerMoves(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another address was asked for keys") }))
	defer elsewhere.Close()
	i := newIssuer(t)
	i.answer = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }
	if _, err := i.verifier().Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(nil))); !errors.Is(err, token.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

// TestTooManyKeys wants a set over 64 KB refused, also if the right key is in it and
// what is over is nothing.
func TestTooManyKeys(t *testing.T) {
	for spaces, unavailable := range map[int]bool{0: false, 64 << 10: true} {
		i := newIssuer(t)
		i.answer = func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{jwk("one", i.keys["one"], nil)}})
			_, _ = w.Write(bytes.Repeat([]byte(" "), spaces))
		}
		_, err := i.verifier().Verify(t.Context(), sign(t, i.keys["one"], "one", i.claims(nil)))
		if errors.Is(err, token.ErrUnavailable) != unavailable || err == nil == unavailable {
			t.Errorf("with %d spaces after the keys: %v", spaces, err)
		}
	}
}
