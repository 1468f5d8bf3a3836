package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/web"
)

// everything is a service with all that one can have beside its dinners.
func everything(t *testing.T) *service {
	return newService(t, func(c *web.Config) {
		c.Drafts = &draft.Session{Store: &memory.Drafts{Now: c.Now}, TTL: time.Minute, Now: c.Now}
		c.Menus = &menu.Menus{Dinners: c.Commands.Dinners, Files: shelf{}}
	})
}

// queueing is one that takes commands and applies them later.
func queueing(t *testing.T) *service {
	return newService(t, func(c *web.Config) {
		c.Queued = &queued.Door{
			Queue: &sent{}, Outcomes: memory.New(c.Now, c.NewID, time.Hour).Outcomes(), Key: c.CursorKey, NewID: c.NewID, Keep: time.Hour, Now: c.Now,
		}
	})
}

// answers are the statuses that a client may expect.
var answers = []int{200, 201, 202, 204, 304, 400, 403, 404, 405, 409, 412, 413, 422, 431}

// FuzzRequest sends whatever a client may: it is answered as clients may expect, in
// JSON and with a request id, a refusal as a problem, and what it raises can be read by
// consumers.
func FuzzRequest(f *testing.F) {
	const id = "01J00000000000000000000001"
	f.Add("POST", "/dinners", aDinner(2, 0), "key", "")
	f.Add("POST", "/dinners", strings.Replace(aDinner(2, 0), "2030-03-03T19:00:00Z", "9999-12-31T23:59:59-23:59", 1), "", "")
	f.Add("POST", "/dinners/"+id+"/reservations", aGuest, "", `"1"`)
	f.Add("POST", "/dinners/"+id+"/confirmation", "{}", "k", "*")
	f.Add("GET", "/dinners?limit=3&cursor=ZGlubmVyczpy", "", "", "")
	f.Add("GET", "/dinners/"+id, "", "", `W/"1", "2"`)
	f.Add("DELETE", "/me", "", "", "")
	f.Add("PUT", "/me/draft", `{"title":"Soup","startsAt":"9999-12-31T23:59:59-23:59","seats":-1}`, "", "")
	f.Add("GET", "/me/draft", "", "", "")
	f.Add("POST", "/dinners/"+id+"/menu", `{"mediaType":"application/pdf","bytes":9223372036854775807}`, "", "")
	f.Add("GET", "/commands/host/AAAA", "", "", "")
	f.Add("OPTIONS", "/dinners", "", "", "")
	f.Fuzz(func(t *testing.T, method, target, body, key, match string) {
		for _, s := range []*service{newService(t), everything(t), queueing(t)} {
			r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
			if err != nil || r.URL.Host != "" || !strings.HasPrefix(r.URL.Path, "/") {
				return
			}
			r.Header = http.Header{
				"Content-Type": {"application/json"}, "Authorization": {as("one")[1]}, "Idempotency-Key": {key}, "If-Match": {match}, "If-None-Match": {match},
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			kept(t, method+" "+target+" "+body, w)
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
		}
	})
}

// kept wants an answer to be one that clients may expect.
func kept(t *testing.T, of string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	if !slices.Contains(answers, w.Code) || h.Get("X-Request-Id") == "" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") == "" {
		t.Errorf("%s: %d %v %s", of, w.Code, h, w.Body)
	}
	if (w.Code == http.StatusNoContent || w.Code == http.StatusNotModified) != (w.Body.Len() == 0) {
		t.Errorf("%s: %d with %d bytes", of, w.Code, w.Body.Len())
	}
	if w.Body.Len() == 0 {
		return
	}
	var document struct {
		Status    any
		Code      string
		RequestID string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Errorf("%s: %s: %v", of, w.Body, err)
	}
	problem := w.Code >= http.StatusBadRequest
	if problem != (h.Get("Content-Type") == "application/problem+json") ||
		problem && (document.Status != float64(w.Code) || document.Code == "" || document.RequestID != h.Get("X-Request-Id") || w.Body.Len() > 64<<10) {
		t.Errorf("%s: %d %v %s", of, w.Code, h, w.Body)
	}
}
