package web_test

import (
	"testing"
	"time"

	"fulcrum/lambdas/web"
)

// TestEdgeAge wants a cache for all to keep what everybody may read for as long as it
// may, nothing else, and a client's own cache to ask each time.
func TestEdgeAge(t *testing.T) {
	for age, want := range map[time.Duration]string{0: "no-cache", 10 * time.Second: "public, max-age=0, s-maxage=10"} {
		s := newService(t, func(c *web.Config) { c.EdgeAge = age })
		id := s.created(3, 0)
		for _, line := range []string{"GET /dinners", "GET /dinners/" + id} {
			a := s.send(line, "")
			if got := a.header.Get("Cache-Control"); got != want || a.header.Get("ETag") == "" {
				t.Errorf("%s: Cache-Control %q, ETag %q, want %q", line, got, a.header.Get("ETag"), want)
			}
			if again := s.send(line, "", "If-None-Match", a.header.Get("ETag")); again.status != 304 || again.header.Get("Cache-Control") != want {
				t.Errorf("%s again: %d, Cache-Control %q", line, again.status, again.header.Get("Cache-Control"))
			}
		}
		if got := s.send("GET /me/reservations", "", as("guest")...).header.Get("Cache-Control"); got != "no-store" && got != "no-cache" {
			t.Errorf("what is the caller's own may be kept: %q", got)
		}
		if got := s.send("GET /dinners/01J00000000000000000000099", "").header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("that there is nothing may be kept: %q", got)
		}
	}
}
