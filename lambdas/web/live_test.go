package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token/tokentest"
)

// taker takes connections over until it fails.
type taker struct {
	fails  error
	person string
}

func (t *taker) Open(w http.ResponseWriter, _ *http.Request, personID string) error {
	if t.person = personID; t.fails == nil {
		w.WriteHeader(http.StatusSwitchingProtocols)
	}
	return t.fails
}

// TestLive holds who is let in to be told at once, by a token among the subprotocols,
// and what the others are answered.
func TestLive(t *testing.T) {
	for _, x := range []struct {
		name, protocols string
		fails           error
		status          int
		code            string
	}{
		{"a guest", "dinner.v1, bearer.guest", nil, http.StatusSwitchingProtocols, ""},
		{"no token", "dinner.v1", nil, http.StatusUnauthorized, "unauthorized"},
		{"a forged token", "dinner.v1, bearer.forged", nil, http.StatusUnauthorized, "unauthorized"},
		{"another scope", "dinner.v1, bearer.host", nil, http.StatusForbidden, "insufficient-scope"},
		{"no WebSocket", "bearer.guest", realtime.ErrNoUpgrade, http.StatusUpgradeRequired, "upgrade-required"},
		{"another origin", "dinner.v1, bearer.guest", realtime.ErrOrigin, http.StatusForbidden, "origin-refused"},
		{"one too many", "dinner.v1, bearer.guest", realtime.ErrFull, http.StatusServiceUnavailable, "too-many-connections"},
		{"no store", "dinner.v1, bearer.guest", errors.New("secret detail"), http.StatusInternalServerError, "internal"},
	} {
		t.Run(x.name, func(t *testing.T) {
			to := &taker{fails: x.fails}
			h := New(Config{
				Tokens: &tokentest.Verifier{}, Live: to, Now: time.Now, NewID: func() string { return "id" },
				Log: telemetry.NewLog(io.Discard, ""), Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
			})
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/live", http.NoBody)
			r.Header.Set("Sec-WebSocket-Protocol", x.protocols)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			var p problem
			if x.code != "" {
				if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
					t.Fatal(err)
				}
			}
			if w.Code != x.status || p.Code != x.code {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, x.status, x.code)
			}
			if x.code == "" && to.person != "ann" {
				t.Errorf("let in %q", to.person)
			}
			if x.status == http.StatusUnauthorized && to.person != "" {
				t.Error("the connection was taken over before the token was verified")
			}
		})
	}
	w := httptest.NewRecorder()
	without := New(Config{Now: time.Now, NewID: func() string { return "id" }, Log: telemetry.NewLog(io.Discard, ""), Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now)})
	without.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/live", http.NoBody))
	if w.Code != http.StatusNotFound {
		t.Errorf("without sockets: status %d", w.Code)
	}
}
