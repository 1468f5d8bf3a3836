package boot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/memory"
)

func sessionEnvironment(t *testing.T, set map[string]string) {
	for _, name := range []string{"SESSION", "SESSION_SECONDS", "SESSION_ENDPOINT", "SESSION_NAME", "SESSION_USER"} {
		t.Setenv(name, set[name])
	}
}

func TestSession(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	sessionEnvironment(t, nil)
	if s, err := session(t.Context()); s != nil || err != nil {
		t.Errorf("unasked: %v, %v", s, err)
	}
	sessionEnvironment(t, map[string]string{"SESSION": "process", "SESSION_SECONDS": "360"})
	s, err := session(t.Context())
	if err != nil || s.TTL != 6*time.Minute {
		t.Fatal(s, err)
	}
	if _, ok := s.Store.(*memory.Drafts); !ok {
		t.Errorf("in the process: %T", s.Store)
	}
	sessionEnvironment(t, map[string]string{
		"SESSION": "shared", "SESSION_SECONDS": "60", "SESSION_ENDPOINT": "cache.example:6379", "SESSION_NAME": "cache", "SESSION_USER": "user",
	})
	if s, err = session(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Store.(draft.Fallback); !ok {
		t.Errorf("shared: %T", s.Store)
	}
	sessionEnvironment(t, map[string]string{"SESSION": "shared", "SESSION_SECONDS": "0"})
	_, err = session(t.Context())
	for _, want := range []string{`SESSION_SECONDS is "0"`, "SESSION_ENDPOINT is not set", "SESSION_NAME is not set", "SESSION_USER is not set"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	sessionEnvironment(t, map[string]string{"SESSION": "cookie", "SESSION_SECONDS": "1"})
	if _, err := session(t.Context()); err == nil || !strings.Contains(err.Error(), `SESSION is "cookie"`) {
		t.Errorf("got %v", err)
	}
}

// TestServerRemembers sends a draft through the whole server, and none where no
// session was asked for.
func TestServerRemembers(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	environment(t, map[string]string{"TOKEN_ISSUER": i.URL, "TOKEN_CLIENTS": issuer.Client})
	token, err := i.Token("anna", "dinner/host", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]int{"": http.StatusNotFound, "process": http.StatusOK} {
		sessionEnvironment(t, map[string]string{"SESSION": where, "SESSION_SECONDS": "60"})
		h, _, err := Server(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		send := func(method, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, "/me/draft", strings.NewReader(body))
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		send(http.MethodPut, `{"title":"Soup"}`)
		w := send(http.MethodGet, "")
		body, _ := io.ReadAll(w.Body)
		if w.Code != want || (want == http.StatusOK) != strings.Contains(string(body), `"title":"Soup"`) {
			t.Errorf("session %q: status %d %s", where, w.Code, body)
		}
	}
}
