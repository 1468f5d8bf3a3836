package web_test

import (
	"context"
	"net/http"
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
