package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/web"
)

// TestIDsInPaths wants what is no ULID to name nothing for any operation, without the
// store or the queue being asked.
func TestIDsInPaths(t *testing.T) {
	const id = "01J00000000000000000000001"
	for _, later := range []bool{false, true} {
		queue := &sent{}
		s := newService(t, func(c *web.Config) {
			c.Commands.Dinners, c.Queries = nil, dinner.Queries{} // whoever asks them panics
			c.Menus = &menu.Menus{Files: shelf{}}
			if later {
				c.Queued = &queued.Door{Queue: queue, Key: c.CursorKey, NewID: c.NewID, Now: c.Now}
			}
		})
		for _, bad := range []string{"x", id[1:], id + "1", strings.ToLower(id), id[:25] + "I", id[:25] + "%00", id[:25] + "%C3%A4"} {
			for line, body := range map[string]string{
				"POST /dinners/{bad}/reservations": aGuest, "POST /dinners/{bad}/confirmation": "", "GET /dinners/{bad}": "",
				"DELETE /dinners/{bad}/reservations/" + id: "", "DELETE /dinners/" + id + "/reservations/{bad}": "",
				"POST /dinners/{bad}/menu": `{"mediaType":"application/pdf","bytes":7}`, "GET /dinners/{bad}/menu": "",
			} {
				line = strings.Replace(line, "{bad}", bad, 1)
				a := s.send(line, body, as("host")...)
				s.want(a, http.StatusNotFound, "not-found")
				if detail, _ := a.body["detail"].(string); !strings.HasSuffix(detail, "is not an id") {
					t.Errorf("%s: %s", line, a.raw)
				}
			}
		}
		if len(queue.commands) > 0 {
			t.Errorf("queued %v", queue.commands)
		}
	}
}

// TestRefusedBodies holds what a client is told beside the problem, for a body that is
// not read or not understood.
func TestRefusedBodies(t *testing.T) {
	s := newService(t)
	large := s.send("POST /dinners", strings.Repeat(" ", 17<<10), as("host")...)
	if s.want(large, http.StatusRequestEntityTooLarge, "body-too-large"); large.header.Get("Connection") != "close" {
		t.Errorf("the rest of a large body may come still: %v", large.header)
	}
	other := s.send("POST /dinners", aDinner(2, 0), append(as("host"), "Content-Type", "text/plain")...)
	if s.want(other, http.StatusUnsupportedMediaType, "unsupported-media-type"); other.header.Get("Accept") != "application/json" {
		t.Errorf("nobody says what is taken: %v", other.header)
	}
	unknown := s.send("POST /dinners", `{"`+strings.Repeat("n", 1000)+`":1}`, as("host")...)
	if s.want(unknown, http.StatusBadRequest, "invalid"); strings.Contains(unknown.raw, strings.Repeat("n", 65)) {
		t.Errorf("a long name is sent back as it came: %s", unknown.raw)
	}
	for _, text := range []string{"\xff", "\xed\xa0\x80", "\uFFFD"} {
		s.want(s.send("POST /dinners", `{"title":"`+text+`"}`, as("host")...), http.StatusBadRequest, "malformed-body")
	}
}

// TestPreflights wants a preflight to be answered that is one, and caches to tell them
// apart; what looks like one in part is a request as any other.
func TestPreflights(t *testing.T) {
	s := newService(t)
	const origin = "https://dinner.example"
	a := s.send("OPTIONS /dinners", "", "Origin", origin, "Access-Control-Request-Method", "POST")
	if s.want(a, http.StatusNoContent, ""); !strings.Contains(strings.Join(a.header.Values("Vary"), ","), "Access-Control-Request-Method") {
		t.Errorf("Vary is %v", a.header.Values("Vary"))
	}
	a = s.send("OPTIONS /dinners", "", "Origin", origin)
	if s.want(a, http.StatusMethodNotAllowed, "method-not-allowed"); a.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("%v", a.header)
	}
	s.want(s.send("OPTIONS /dinners", "", "Access-Control-Request-Method", "POST"), http.StatusMethodNotAllowed, "method-not-allowed")
	s.want(s.send("GET /dinners", "", "Origin", origin, "Access-Control-Request-Method", "POST"), http.StatusOK, "")
}

// TestAConnectionThatIsCut wants net/http's own way to end one to be left to it.
func TestAConnectionThatIsCut(t *testing.T) {
	s := newService(t, func(c *web.Config) { c.Ping = func(context.Context) error { panic(http.ErrAbortHandler) } })
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // what was given
			t.Errorf("recovered %v", p)
		}
	}()
	s.handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/health", http.NoBody))
}

// TestNoPath wants a request of the server itself, or of no path, to be told in our words
// that there is nothing.
func TestNoPath(t *testing.T) {
	s := newService(t)
	s.want(s.send("GET *", ""), http.StatusNotFound, "not-found")
	s.want(s.send("GET http://dinner.example", ""), http.StatusNotFound, "not-found")
}

// TestStatuses holds what a client is told of refusals that need a store under strain,
// and that one which nobody has given a status is a fault.
func TestStatuses(t *testing.T) {
	for code, want := range map[refusal.Code]int{
		refusal.TooOld: http.StatusConflict, refusal.Busy: http.StatusServiceUnavailable, "unheard-of": http.StatusInternalServerError,
	} {
		s := newService(t, func(c *web.Config) {
			c.Reserve = func(context.Context, once.Call, string, dinner.Guest) (dinner.ReserveAnswer, error) {
				return dinner.ReserveAnswer{}, refusal.New(code, "some reason")
			}
		})
		a := s.send("POST /dinners/01J00000000000000000000001/reservations", aGuest, as("one")...)
		fault := want >= http.StatusInternalServerError
		if a.status != want || strings.Contains(s.log.String(), "panic") || strings.Contains(s.log.String(), `"Fault":1`) != fault || strings.Contains(s.log.String(), `"Refused":1`) == fault ||
			(want == http.StatusServiceUnavailable) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%s: %d %v %s, want %d; %s", code, a.status, a.header, a.raw, want, s.log.String())
		}
	}
}

// TestSchemes wants a token to be taken after Bearer and after nothing else.
func TestSchemes(t *testing.T) {
	s := newService(t)
	for scheme, want := range map[string]int{"Bearer": http.StatusOK, "bearer": http.StatusOK, "Basic": http.StatusUnauthorized, "": http.StatusUnauthorized} {
		if a := s.send("GET /me/notices", "", "Authorization", scheme+" one dinner/guest"); a.status != want {
			t.Errorf("%q: %d, want %d", scheme, a.status, want)
		}
	}
}
