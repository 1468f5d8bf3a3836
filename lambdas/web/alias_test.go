package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/web"
)

// TestAlias wants nothing behind the door to know the subject of a token, and what
// a forgotten person is answered.
func TestAlias(t *testing.T) {
	s := newService(t, func(c *web.Config) {
		c.Alias = func(_ context.Context, subject string) (string, error) {
			if subject == "gone" {
				return "", refusal.New(refusal.Forgotten, "you asked to be forgotten")
			}
			return "alias-of-" + strings.ToUpper(subject), nil
		}
	})
	id := s.created(3, 0)
	s.want(s.send("POST /dinners/"+id+"/reservations", aGuest, as("guest")...), http.StatusCreated, "")
	events, _ := s.store.Events(0)
	for _, e := range events {
		if text := string(e.Data); strings.Contains(text, `"guest"`) || strings.Contains(text, `"host"`) || !strings.Contains(text, "alias-of-HOST") {
			t.Errorf("%s carries %s", e.Type, text)
		}
	}
	if len(events) != 2 || strings.Contains(s.log.String(), "Guest") || strings.Contains(s.log.String(), "Host") {
		t.Errorf("%d events; log\n%s", len(events), s.log.String())
	}
	if a := s.send("GET /me/reservations", "", as("guest")...); len(a.body["reservations"].([]any)) != 1 {
		t.Errorf("the guest finds %s", a.raw)
	}
	s.want(s.send("GET /me/reservations", "", as("gone")...), http.StatusForbidden, "guest-forgotten")
	s.want(s.send("DELETE /me", "", as("gone")...), http.StatusNoContent, "")
}
