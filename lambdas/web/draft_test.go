package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/web"
)

// remembering is a service with a session.
func remembering(t *testing.T) *service {
	return newService(t, func(c *web.Config) {
		c.Drafts = &draft.Session{Store: &memory.Drafts{Now: c.Now}, TTL: time.Minute, Now: c.Now}
	})
}

func TestDraft(t *testing.T) {
	s := remembering(t)
	s.want(s.send("GET /me/draft", "", as("host")...), http.StatusNotFound, "not-found")
	a := s.send("PUT /me/draft", `{"title":"Soup","seats":4}`, as("host")...)
	s.want(a, http.StatusOK, "")
	a = s.send("GET /me/draft", "", as("host")...)
	if s.want(a, http.StatusOK, ""); !strings.Contains(a.raw, `"title":"Soup","seats":4,"savedAt"`) {
		t.Errorf("got %s", a.raw)
	}
	s.want(s.send("GET /me/draft", "", as("other")...), http.StatusNotFound, "not-found")
	s.want(s.send("GET /me/draft", ""), http.StatusUnauthorized, "unauthorized")
	s.want(s.send("DELETE /me/draft", "", as("host")...), http.StatusNoContent, "")
	s.want(s.send("GET /me/draft", "", as("host")...), http.StatusNotFound, "not-found")

	s.want(s.send("PUT /me/draft", `{"title":"Soup"}`, as("host")...), http.StatusOK, "")
	s.now = s.now.Add(2 * time.Minute)
	s.want(s.send("GET /me/draft", "", as("host")...), http.StatusNotFound, "not-found")
}

func TestBadDrafts(t *testing.T) {
	s := remembering(t)
	for body, code := range map[string]string{
		`{"title":7}`: "malformed-body", `[]`: "malformed-body", `{} {}`: "malformed-body", `{"price":1}`: "malformed-body", ``: "malformed-body",
		`{"title":"` + strings.Repeat("x", 121) + `"}`: "invalid",
	} {
		s.want(s.send("PUT /me/draft", body, as("host")...), http.StatusBadRequest, code)
	}
}

// TestForgottenWithTheirDraft wants nothing of a person to stay in the session.
func TestForgottenWithTheirDraft(t *testing.T) {
	s := remembering(t)
	s.want(s.send("PUT /me/draft", `{"hostName":"Anna"}`, as("host")...), http.StatusOK, "")
	s.want(s.send("DELETE /me", "", as("host")...), http.StatusNoContent, "")
	s.want(s.send("GET /me/draft", "", as("host")...), http.StatusNotFound, "not-found")
}

// TestStaying wants browsers of other origins to be allowed their cookies, and to use
// the method that drafts need, where clients stay with a server.
func TestStaying(t *testing.T) {
	s := newService(t, func(c *web.Config) {
		c.Origins, c.Sticky = []string{"https://dinner.example"}, true
		c.Drafts = &draft.Session{Store: &memory.Drafts{Now: time.Now}, TTL: time.Minute, Now: time.Now}
	})
	a := s.send("OPTIONS /me/draft", "", "Origin", "https://dinner.example", "Access-Control-Request-Method", "PUT")
	if got := a.header.Get("Access-Control-Allow-Credentials"); got != "true" {
		t.Errorf("cookies of another origin: %q", got)
	}
	if got := a.header.Get("Access-Control-Allow-Methods"); !strings.Contains(got, "PUT") {
		t.Errorf("methods %q", got)
	}
	a = s.send("OPTIONS /me/draft", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "PUT")
	if got := a.header.Get("Access-Control-Allow-Credentials"); got != "" {
		t.Errorf("cookies of any origin: %q", got)
	}
}
