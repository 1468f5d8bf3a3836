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
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/web"
)

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

func TestLifeOfADinner(t *testing.T) {
	s := newService(t)
	id := s.created(2, 1)
	path := "/dinners/" + id
	one := s.send("POST "+path+"/reservations", aGuest, as("one")...)
	s.want(one, http.StatusCreated, "")
	if want := path + "/reservations/" + one.body["reservationId"].(string); one.header.Get("Location") != want || one.body["seatsLeft"] != 1.0 {
		t.Errorf("got %v %s", one.header, one.raw)
	}
	s.want(s.send("POST "+path+"/reservations", aGuest, as("one")...), http.StatusConflict, "already-reserved")
	two := s.send("POST "+path+"/reservations", aGuest, as("two")...)
	s.want(two, http.StatusCreated, "")
	s.want(s.send("POST "+path+"/reservations", aGuest, as("three")...), http.StatusConflict, "dinner-full")
	cancel := "DELETE " + path + "/reservations/" + two.body["reservationId"].(string)
	s.want(s.send(cancel, "", as("one")...), http.StatusNotFound, "not-found") // somebody else's
	s.want(s.send(cancel, "", as("two")...), http.StatusNoContent, "")
	s.want(s.send("POST "+path+"/confirmation", "", as("two")...), http.StatusForbidden, "not-the-host")
	confirmed := s.send("POST "+path+"/confirmation", "{}", as("host")...)
	s.want(confirmed, http.StatusOK, "")
	if confirmed.body["status"] != "confirmed" || confirmed.body["number"] != 1.0 {
		t.Errorf("got %s", confirmed.raw)
	}
	s.want(s.send("POST "+path+"/reservations", aGuest, as("two")...), http.StatusConflict, "dinner-not-open")
	seen := s.send("GET "+path, "")
	if seen.body["status"] != "confirmed" || seen.body["seatsLeft"] != 1.0 || strings.Contains(seen.raw, "Guest") {
		t.Errorf("got %s", seen.raw)
	}
	mine := s.send("GET /me/reservations", "", as("one")...)
	if held := mine.body["reservations"].([]any); len(held) != 1 || held[0].(map[string]any)["dinnerStatus"] != "confirmed" {
		t.Errorf("got %s", mine.raw)
	}
	s.project()
	notices := s.send("GET /me/notices", "", as("one")...)
	if list := notices.body["notices"].([]any); len(list) != 2 || list[0].(map[string]any)["type"] != "Number Confirmed" {
		t.Errorf("got %s", notices.raw)
	}
}

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

func TestForgetMe(t *testing.T) {
	s := newService(t)
	id := s.created(2, 0)
	s.want(s.send("POST /dinners/"+id+"/reservations", aGuest, as("one")...), http.StatusCreated, "")
	for range 2 {
		s.want(s.send("DELETE /me", "", as("one")...), http.StatusNoContent, "")
	}
	s.project()
	for _, query := range []string{"reservations", "notices"} {
		if a := s.send("GET /me/"+query, "", as("one")...); len(a.body[query].([]any)) != 0 {
			t.Errorf("%s are left: %s", query, a.raw)
		}
	}
	s.want(s.send("POST /dinners/"+id+"/reservations", aGuest, as("one")...), http.StatusForbidden, "guest-forgotten")
}

func TestIdempotency(t *testing.T) {
	s := newService(t)
	headers := append(as("host"), "Idempotency-Key", "key-1")
	first := s.send("POST /dinners", aDinner(2, 0), headers...)
	again := s.send("POST /dinners", aDinner(2, 0), headers...)
	if first.status != http.StatusCreated || again.status != first.status || again.raw != first.raw ||
		again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("answered %d %s and then %d %s", first.status, first.raw, again.status, again.raw)
	}
	s.want(s.send("POST /dinners", aDinner(3, 0), headers...), http.StatusUnprocessableEntity, "idempotency-key-reuse")
	for _, key := range []string{strings.Repeat("k", 256), "a b", "ä"} {
		s.want(s.send("POST /dinners", aDinner(2, 0), append(as("host"), "Idempotency-Key", key)...), http.StatusBadRequest, "invalid")
	}
	if events, _ := s.store.Events(0); len(events) != 1 {
		t.Errorf("%d events, want 1", len(events))
	}
}

func TestConditionalRequest(t *testing.T) {
	s := newService(t)
	id := s.created(2, 0)
	etag := s.send("GET /dinners/"+id, "").header.Get("ETag")
	for header, want := range map[string]int{
		etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, "*": 304, `"x"`: 200, "": 200,
	} {
		if a := s.send("GET /dinners/"+id, "", "If-None-Match", header); a.status != want || a.header.Get("ETag") != etag || want == 304 && a.raw != "" {
			t.Errorf("If-None-Match %s: got %d %s, want %d", header, a.status, a.raw, want)
		}
	}
	s.want(s.send("POST /dinners/"+id+"/reservations", aGuest, as("one")...), http.StatusCreated, "")
	if a := s.send("GET /dinners/"+id, "", "If-None-Match", etag); a.status != http.StatusOK || a.header.Get("ETag") == etag {
		t.Errorf("a changed dinner answered %d %s", a.status, a.header.Get("ETag"))
	}
}

func TestPagination(t *testing.T) {
	s := newService(t)
	want := map[string]bool{}
	for range 7 {
		want[s.created(2, 0)] = true
	}
	s.project()
	target, pages := "/dinners?limit=3", 0
	for target != "" {
		a := s.send("GET "+target, "")
		s.want(a, http.StatusOK, "")
		for _, d := range a.body["dinners"].([]any) {
			delete(want, d.(map[string]any)["dinnerId"].(string))
		}
		target = ""
		if next, ok := a.body["next"].(string); ok {
			target = "/dinners?limit=3&cursor=" + next
			s.want(s.send("GET /me/notices?cursor="+next, "", as("one")...), http.StatusBadRequest, "invalid")
		}
		pages++
	}
	if len(want) != 0 || pages != 3 {
		t.Errorf("%d dinners not found in %d pages", len(want), pages)
	}
	for _, query := range []string{"limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=eA", "cursor=" + strings.Repeat("A", 600)} {
		s.want(s.send("GET /dinners?"+query, ""), http.StatusBadRequest, "invalid")
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	s := newService(t)
	a := s.send("POST /dinners", `{"title":7,"hostName":null,"startsAt":"soon","seats":1.5,"colour":"red","admin":true}`, as("host")...)
	s.want(a, http.StatusBadRequest, "invalid")
	var fields []string
	for _, e := range a.body["errors"].([]any) {
		fields = append(fields, e.(map[string]any)["field"].(string))
	}
	if got := strings.Join(fields, " "); got != "hostName title place startsAt confirmBy seats minimum admin colour" {
		t.Errorf("reported %s", got)
	}
	a = s.send("POST /dinners", strings.NewReplacer(`"Soup"`, `" "`, `:2,`, `:201,`, `03-03`, `03-01`).Replace(aDinner(2, 0)), as("host")...)
	s.want(a, http.StatusBadRequest, "invalid")
	if errs := a.body["errors"].([]any); len(errs) != 3 {
		t.Errorf("reported %s", a.raw)
	}
}

func TestHTTPErrors(t *testing.T) {
	s := newService(t)
	id := s.created(2, 0)
	reserve := "POST /dinners/" + id + "/reservations"
	for _, test := range []struct {
		name, line, body string
		headers          []string
		status           int
		code             string
	}{
		{"no such path", "GET /elsewhere", "", nil, 404, "not-found"},
		{"traversal", "GET /dinners/../health", "", nil, 404, "not-found"},
		{"encoded traversal", "GET /dinners/%2e%2e%2fhealth", "", nil, 404, "not-found"},
		{"double slash", "GET //dinners", "", nil, 404, "not-found"},
		{"trailing slash", "GET /dinners/", "", nil, 404, "not-found"},
		{"no such method", "PUT /dinners", "", nil, 405, "method-not-allowed"},
		{"no such dinner", "GET /dinners/01J99999999999999999999999", "", nil, 404, "not-found"},
		{"not an id", "GET /dinners/1", "", nil, 404, "not-found"},
		{"no token", reserve, aGuest, nil, 401, "unauthorized"},
		{"not a bearer", reserve, aGuest, []string{"Authorization", "Basic eA=="}, 401, "unauthorized"},
		{"bad token", reserve, aGuest, []string{"Authorization", "Bearer bad"}, 401, "unauthorized"},
		{"issuer down", reserve, aGuest, []string{"Authorization", "Bearer down"}, 503, "identity-unavailable"},
		{"lacks the scope", reserve, aGuest, []string{"Authorization", "Bearer one dinner/host"}, 403, "insufficient-scope"},
		{"not JSON", reserve, `{`, as("one"), 400, "malformed-body"},
		{"two documents", reserve, aGuest + aGuest, as("one"), 400, "malformed-body"},
		{"not an object", reserve, `[1]`, as("one"), 400, "malformed-body"},
		{"null", reserve, `null`, as("one"), 400, "malformed-body"},
		{"not UTF-8", reserve, "{\"guestName\":\"\xff\"}", as("one"), 400, "malformed-body"},
		{"too deep", reserve, `{"guestName":` + strings.Repeat("[", 8000), as("one"), 400, "malformed-body"},
		{"too large", reserve, `{"guestName":"` + strings.Repeat("x", 17<<10) + `"}`, as("one"), 413, "body-too-large"},
		{"not said to be JSON", reserve, aGuest, append(as("one"), "Content-Type", "text/plain"), 415, "unsupported-media-type"},
		{"too long", reserve, `{"guestName":"` + strings.Repeat("x", 81) + `"}`, as("one"), 400, "invalid"},
		{"control characters", reserve, `{"guestName":"a\u0000b"}`, as("one"), 400, "invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.send(test.line, test.body, test.headers...)
			s.t = t
			s.want(a, test.status, test.code)
			if strings.Contains(a.raw, "internal-host") {
				t.Errorf("the answer shows internals: %s", a.raw)
			}
			if (test.status == 401) != (a.header.Get("WWW-Authenticate") != "") && test.status != 403 {
				t.Errorf("WWW-Authenticate is %q", a.header.Get("WWW-Authenticate"))
			}
			if test.status == 405 && a.header.Get("Allow") != "GET, HEAD, POST" {
				t.Errorf("Allow is %q", a.header.Get("Allow"))
			}
		})
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

func TestCORSAndSecurityHeaders(t *testing.T) {
	s := newService(t)
	preflight := []string{"Origin", "https://dinner.example", "Access-Control-Request-Method", "DELETE"}
	a := s.send("OPTIONS /me", "", preflight...)
	if a.status != http.StatusNoContent || a.header.Get("Access-Control-Allow-Origin") != "https://dinner.example" ||
		!strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "DELETE") ||
		!strings.Contains(a.header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
		t.Errorf("preflight answered %d %v", a.status, a.header)
	}
	preflight[1] = "https://evil.example"
	if a := s.send("OPTIONS /me", "", preflight...); a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("another origin was allowed: %v", a.header)
	}
	for _, line := range []string{"GET /dinners", "GET /elsewhere"} {
		h := s.send(line, "", "Origin", "https://dinner.example").header
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": "https://dinner.example", "Vary": "Origin", "X-Content-Type-Options": "nosniff",
			"Cache-Control": "no-store", "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", line, name, h.Get(name), want)
			}
		}
		if h.Get("X-Request-Id") == "" {
			t.Errorf("%s has no request id", line)
		}
	}
}

func TestHealth(t *testing.T) {
	s := newService(t)
	s.want(s.send("GET /health", ""), http.StatusOK, "")
	s.ping = errors.New("connection to 10.1.2.3 refused")
	a := s.send("GET /health", "")
	s.want(a, http.StatusServiceUnavailable, "store-unavailable")
	if strings.Contains(a.raw, "10.1.2.3") || a.header.Get("Retry-After") == "" {
		t.Errorf("got %v %s", a.header, a.raw)
	}
}

func TestTraceAndTelemetry(t *testing.T) {
	s := newService(t)
	s.send("POST /dinners", aDinner(2, 0), append(as("host"), "X-Amzn-Trace-Id", "Root=1-2-3")...)
	events, _ := s.store.Events(0)
	if len(events) != 1 || events[0].Trace != "Root=1-2-3" {
		t.Errorf("events are %+v", events)
	}
	var line map[string]any
	if err := json.Unmarshal(s.log.Bytes(), &line); err != nil {
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

func FuzzRequest(f *testing.F) {
	f.Add("POST", "/dinners", aDinner(2, 0), "key")
	f.Add("POST", "/dinners/01J00000000000000000000001/reservations", aGuest, "")
	f.Add("GET", "/dinners?limit=3&cursor=ZGlubmVyczpy", "", "")
	f.Add("DELETE", "/me", "", "")
	f.Fuzz(func(t *testing.T, method, target, body, key string) {
		r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if err != nil || r.URL.Host != "" || !strings.HasPrefix(r.URL.Path, "/") {
			return
		}
		s := newService(t)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", as("one")[1])
		r.Header["Idempotency-Key"] = []string{key}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s %q: %d %s", method, target, body, w.Code, w.Body)
		}
		events, _ := s.store.Events(0)
		for _, e := range events {
			message, err := event.ToBus(e)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := event.FromBus(message); err != nil {
				t.Errorf("event %s cannot be read: %v", message, err)
			}
		}
	})
}
