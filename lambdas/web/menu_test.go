package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/menu"
	"fulcrum/lambdas/telemetry"
	"fulcrum/lambdas/web"
)

// shelf permits what it is asked for.
type shelf struct{}

func (shelf) Upload(_ context.Context, key, mediaType string, _ int64) (menu.Permit, error) {
	return menu.Permit{Method: "PUT", URL: "https://files.example/" + key, Headers: map[string]string{"Content-Type": mediaType}, ExpiresAt: noon}, nil
}

func (shelf) Download(_ context.Context, key string) (menu.Permit, error) {
	return menu.Permit{Method: "GET", URL: "https://files.example/" + key, ExpiresAt: noon}, nil
}

func TestMenus(t *testing.T) {
	s := newService(t)
	id := s.created(2, 0)
	path := "/dinners/" + id + "/menu"
	s.want(s.send("GET "+path, "", as("host")...), http.StatusNotFound, "not-found") // there are none here

	now := func() time.Time { return s.now }
	s.handler = web.New(web.Config{
		Commands: dinner.Commands{Dinners: s.store.Dinners(), Now: now, NewID: s.newID}, Tokens: tokens{}, Now: now, NewID: s.newID,
		Menus: &menu.Menus{Dinners: s.store.Dinners(), Files: shelf{}},
		Log:   telemetry.NewLog(&s.log, "debug"), Metrics: telemetry.NewMetrics(&s.log, "Dinner", now),
	})
	const pdf = `{"mediaType":"application/pdf","bytes":7}`
	a := s.send("POST "+path, pdf, as("host")...)
	s.want(a, http.StatusOK, "")
	if a.body["method"] != "PUT" || a.body["url"] != "https://files.example/menus/"+id || a.header.Get("Cache-Control") != "no-store" || !strings.Contains(a.raw, `"Content-Type":"application/pdf"`) {
		t.Errorf("%v %s", a.header, a.raw)
	}
	s.want(s.send("POST "+path, pdf, as("anna")...), http.StatusForbidden, "not-the-host")
	s.want(s.send("POST "+path, `{"mediaType":"text/html","bytes":0}`, as("host")...), http.StatusBadRequest, "invalid")
	s.want(s.send("POST "+path, `{"bytes":"many"}`, as("host")...), http.StatusBadRequest, "invalid")
	s.want(s.send("POST /dinners/x/menu", pdf, as("host")...), http.StatusNotFound, "not-found")
	s.want(s.send("GET "+path, "", as("anna")...), http.StatusNotFound, "not-found")
	s.want(s.send("POST /dinners/"+id+"/reservations", aGuest, as("anna")...), http.StatusCreated, "")
	a = s.send("GET "+path, "", as("anna")...)
	s.want(a, http.StatusOK, "")
	if a.body["method"] != "GET" || a.body["expiresAt"] != "2030-03-01T12:00:00Z" {
		t.Errorf("%s", a.raw)
	}
	if a := s.send("GET "+path, ""); a.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", a.status)
	}
}
