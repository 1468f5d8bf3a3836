package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/web"
)

// silent is a store that never answers.
type silent struct{ dinner.Repository }

func (silent) Get(ctx context.Context, _ string) (*dinner.Dinner, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestARequestHasTenSeconds wants an answer by then, whatever the store does, and from
// the health check sooner.
func TestARequestHasTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, func(c *web.Config) {
			c.Queries = dinner.Queries{Dinners: silent{}}
			c.Ping = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		})
		for line, want := range map[string]struct {
			code string
			took time.Duration
		}{
			"GET /dinners/01J00000000000000000000001": {"timeout", 10 * time.Second}, "GET /health": {"store-unavailable", 2 * time.Second},
		} {
			begin := time.Now()
			a := s.send(line, "")
			s.want(a, http.StatusServiceUnavailable, want.code)
			if took := time.Since(begin); took != want.took || a.header.Get("Retry-After") == "" {
				t.Errorf("%s: after %v, %v", line, took, a.header)
			}
		}
	})
}

// stuck is a body of which no more comes in time.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// TestABodyThatDoesNotCome wants its sender told, and the connection closed.
func TestABodyThatDoesNotCome(t *testing.T) {
	s := newService(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/dinners", stuck{})
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", as("host")[1])
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusRequestTimeout || w.Header().Get("Connection") != "close" || !strings.Contains(w.Body.String(), `"code":"slow-body"`) {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
}
