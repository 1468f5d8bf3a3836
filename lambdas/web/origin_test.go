package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"fulcrum/lambdas/web"
)

// TestNobodyPassesByTheDistribution wants every operation, public ones and health
// included, refused without the secret, and served with it.
func TestNobodyPassesByTheDistribution(t *testing.T) {
	var failure error
	secret := []byte("of the distribution")
	s := newService(t, func(c *web.Config) {
		c.OriginSecret = func(context.Context) ([]byte, error) { return secret, failure }
	})
	for _, line := range []string{"GET /health", "GET /dinners", "GET /me/notices", "GET /nowhere"} {
		for _, sent := range []string{"", "of the distributioN", "of the distribution "} {
			if got := s.send(line, "", web.OriginSecretHeader, sent); got.status != http.StatusForbidden || got.body["code"] != "not-this-way" {
				t.Errorf("%s with %q: %d %s", line, sent, got.status, got.raw)
			}
		}
	}
	if got := s.send("GET /health", "", web.OriginSecretHeader, "of the distribution"); got.status != http.StatusOK {
		t.Errorf("through the distribution: %d %s", got.status, got.raw)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/health", http.NoBody)
	r.Header.Set(web.OriginSecretHeader, "of the distribution")
	if s.handler.ServeHTTP(httptest.NewRecorder(), r); r.Header.Get(web.OriginSecretHeader) != "" {
		t.Error("the secret goes further in than where it is asked for")
	}
	secret = nil
	if got := s.send("GET /health", "", web.OriginSecretHeader, ""); got.status != http.StatusForbidden {
		t.Errorf("an empty secret opens the door: %d", got.status)
	}
	failure = errors.New("not to be had")
	if got := s.send("GET /health", "", web.OriginSecretHeader, "of the distribution"); got.status != http.StatusInternalServerError {
		t.Errorf("without knowing the secret: %d", got.status)
	}
}
