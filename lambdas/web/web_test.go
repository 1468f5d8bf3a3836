package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/web"
)

// What clients may expect is in package contract. Here is what only shows with a
// clock, a store or an issuer of the test's own.

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

func TestCutOffAndTooFew(t *testing.T) {
	s := newService(t)
	few, late := s.created(3, 2), s.created(3, 0)
	cancelled := s.send("POST /dinners/"+few+"/confirmation", "", as("host")...)
	if cancelled.body["status"] != "cancelled" {
		t.Errorf("got %s", cancelled.raw)
	}
	s.now = time.Date(2030, 3, 2, 12, 0, 0, 0, time.UTC)
	s.want(s.send("POST /dinners/"+late+"/confirmation", "", as("host")...), http.StatusConflict, "cut-off-passed")
	s.want(s.send("POST /dinners/"+late+"/reservations", aGuest, as("one")...), http.StatusConflict, "cut-off-passed")
}

// TestTheIssuerFails wants nothing said of why a token could not be verified.
func TestTheIssuerFails(t *testing.T) {
	s := newService(t)
	for name, want := range map[string]struct {
		status int
		code   string
	}{"bad": {401, "unauthorized"}, "down": {503, "identity-unavailable"}} {
		a := s.send("GET /me/notices", "", "Authorization", "Bearer "+name)
		s.want(a, want.status, want.code)
		if strings.Contains(a.raw, "internal-host") || (want.status == 503) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%s: got %v %s", name, a.header, a.raw)
		}
	}
}

func TestClaimsOfTheDoor(t *testing.T) {
	s := newService(t)
	id := s.created(2, 0)
	for name, test := range map[string]struct {
		claims token.Claims
		want   int
	}{
		"access token":   {token.Claims{Subject: "one", Use: "access", Scope: "dinner/guest"}, http.StatusCreated},
		"other scope":    {token.Claims{Subject: "two", Use: "access", Scope: "dinner/host"}, http.StatusForbidden},
		"identity token": {token.Claims{Subject: "two", Use: "id", Scope: "dinner/guest"}, http.StatusUnauthorized},
	} {
		r := httptest.NewRequestWithContext(token.WithClaims(t.Context(), test.claims), http.MethodPost,
			"/dinners/"+id+"/reservations", strings.NewReader(aGuest))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%s: got %d %s, want %d", name, w.Code, w.Body, test.want)
		}
	}
}

func TestHealth(t *testing.T) {
	s := newService(t)
	s.want(s.send("GET /health", ""), http.StatusOK, "")
	s.ping = errors.New("connection to 10.1.2.3 refused")
	leaving := newService(t, func(c *web.Config) { c.Leaving = func() bool { return true } })
	a := leaving.send("GET /health", "")
	if leaving.want(a, http.StatusServiceUnavailable, "leaving"); a.header.Get("Connection") != "close" {
		t.Errorf("who asks may ask this server again: %v", a.header)
	}
	a = s.send("GET /health", "")
	s.want(a, http.StatusServiceUnavailable, "store-unavailable")
	if strings.Contains(a.raw, "10.1.2.3") || a.header.Get("Retry-After") == "" {
		t.Errorf("got %v %s", a.header, a.raw)
	}
}

func TestTraceAndTelemetry(t *testing.T) {
	s := newService(t)
	s.send("POST /dinners", aDinner(2, 0), append(as("host"), "X-Amzn-Trace-Id", "Root=1-2-3")...)
	s.send("POST /dinners", aDinner(2, 0), append(as("host"), "X-Amzn-Trace-Id", strings.Repeat("R", 513))...)
	events, _ := s.store.Events(0)
	if len(events) == 2 && events[1].Trace != "" {
		t.Errorf("a trace header of 513 bytes is kept with the event: %q", events[1].Trace)
	}
	if len(events) != 2 || events[0].Trace != "Root=1-2-3" {
		t.Errorf("events are %+v", events)
	}
	var line map[string]any
	if err := json.NewDecoder(&s.log).Decode(&line); err != nil {
		t.Fatalf("log is %q: %v", s.log.String(), err)
	}
	if line["Operation"] != "Create Dinner" || line["Success"] != 1.0 || line["Fault"] != 0.0 || line["trace"] != "Root=1-2-3" ||
		line["requestId"] == "" || line["status"] != 201.0 || line["_aws"] == nil {
		t.Errorf("line is %v", line)
	}
}

// broken is a store whose every answer is an error or a panic.
type broken struct{ dinner.Repository }

func (broken) Get(_ context.Context, id string) (*dinner.Dinner, error) {
	if strings.HasSuffix(id, "9") {
		panic("table prod-7 melted")
	}
	if strings.HasSuffix(id, "8") {
		return nil, context.DeadlineExceeded
	}
	return nil, errors.New("table prod-7 is on fire")
}

func TestFaultsShowNoInternals(t *testing.T) {
	var log bytes.Buffer
	now := func() time.Time { return noon }
	s := &service{t: t, handler: web.New(web.Config{
		Queries: dinner.Queries{Dinners: broken{}}, Tokens: tokens{}, Now: now, NewID: func() string { return "id" },
		Log: telemetry.NewLog(&log, ""), Metrics: telemetry.NewMetrics(io.Discard, "Dinner", now),
	})}
	for last, want := range map[string]struct {
		status int
		code   string
	}{"7": {500, "internal"}, "9": {500, "internal"}, "8": {503, "timeout"}} {
		a := s.send("GET /dinners/01J0000000000000000000000"+last, "")
		s.want(a, want.status, want.code)
		if strings.Contains(a.raw, "prod-7") {
			t.Errorf("the answer shows internals: %s", a.raw)
		}
	}
	if !strings.Contains(log.String(), "on fire") || !strings.Contains(log.String(), "melted") {
		t.Errorf("the log lacks the reasons: %s", log.String())
	}
}
