package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/web"
)

// tokens takes "NAME SCOPE…" for a token with these claims.
type tokens struct{}

func (tokens) Verify(_ context.Context, raw string) (token.Claims, error) {
	name, scope, _ := strings.Cut(raw, " ")
	switch name {
	case "bad":
		return token.Claims{}, errors.New("signature of internal-host-7 is wrong")
	case "down":
		return token.Claims{}, token.ErrUnavailable
	}
	return token.Claims{Subject: name, Scope: scope, Use: "access"}, nil
}

func (tokens) Check(c token.Claims) error {
	if c.Use != "access" {
		return errors.New("not an access token")
	}
	return nil
}

// service is the handler over a store in memory.
type service struct {
	t       *testing.T
	handler http.Handler
	store   *memory.Store
	now     time.Time
	ids     int
	log     bytes.Buffer
	ping    error
}

func newService(t *testing.T, change ...func(*web.Config)) *service {
	s := &service{t: t, now: noon}
	now := func() time.Time { return s.now }
	s.store = memory.New(now, s.newID, 24*time.Hour)
	commands := dinner.Commands{Dinners: s.store.Dinners(), Now: now, NewID: s.newID}
	config := web.Config{
		Commands: commands, Queries: dinner.Queries{Dinners: s.store.Dinners()},
		Guests:  guest.Commands{Guests: s.store.Guests(), Dinners: commands, Now: now},
		Inboxes: s.store.Inboxes(), Index: s.store.Index(), Tokens: tokens{},
		Ping:      func(context.Context) error { return s.ping },
		CursorKey: func(context.Context) ([]byte, error) { return make([]byte, 32), nil },
		Origins:   []string{"https://dinner.example"}, Now: now, NewID: s.newID,
		Log: telemetry.NewLog(&s.log, "debug"), Metrics: telemetry.NewMetrics(&s.log, "Dinner", now),
	}
	for _, c := range change {
		c(&config)
	}
	s.handler = web.New(config)
	return s
}

func (s *service) newID() string { s.ids++; return fmt.Sprintf("01J%023d", s.ids) }

// answer is a response with its body decoded.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// send sends "METHOD PATH" with a body and headers as alternating names and values.
func (s *service) send(line, body string, headers ...string) answer {
	s.t.Helper()
	method, target, _ := strings.Cut(line, " ")
	r := httptest.NewRequestWithContext(s.t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.String()}
	if a.raw != "" {
		if err := json.Unmarshal([]byte(a.raw), &a.body); err != nil {
			s.t.Fatalf("%s answered %d %q: %v", line, a.status, a.raw, err)
		}
	}
	return a
}

func as(name string) []string {
	return []string{"Authorization", "Bearer " + name + " dinner/host dinner/guest"}
}

func (s *service) want(a answer, status int, code string) {
	s.t.Helper()
	if a.status != status || code != "" && a.body["code"] != code {
		s.t.Errorf("got %d %s, want %d %s", a.status, a.raw, status, code)
	}
	if a.status >= 400 && (a.header.Get("Content-Type") != "application/problem+json" || a.body["status"] != float64(status) ||
		a.body["type"] != "urn:dinner:problem:"+code || a.body["title"] != http.StatusText(status) || a.body["requestId"] == "") {
		s.t.Errorf("not a problem of RFC 9457: %s", a.raw)
	}
}

func aDinner(seats, minimum int) string {
	return fmt.Sprintf(`{"title":"Soup","place":"Harbour 1","hostName":"Host","startsAt":"2030-03-03T19:00:00Z","confirmBy":"2030-03-02T12:00:00Z","seats":%d,"minimum":%d}`, seats, minimum)
}

const aGuest = `{"guestName":"Guest"}`

func (s *service) created(seats, minimum int) string {
	s.t.Helper()
	a := s.send("POST /dinners", aDinner(seats, minimum), as("host")...)
	s.want(a, http.StatusCreated, "")
	return a.body["dinnerId"].(string)
}
