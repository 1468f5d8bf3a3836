package contract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
)

const origin = "https://dinner.example"

// system returns the handler over a store in memory, put together as the server
// is, and the issuer whose tokens it takes.
func system(t *testing.T) (http.Handler, *issuer.Issuer) {
	t.Helper()
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	for name, value := range map[string]string{
		"STORE_TABLE": "", "TOKEN_ISSUER": i.URL, "TOKEN_CLIENTS": issuer.Client, "ALLOWED_ORIGINS": origin, "LOG_LEVEL": "error",
	} {
		t.Setenv(name, value)
	}
	h, _, err := boot.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h, i
}

// tokens returns a maker of tokens that are valid for an hour.
func tokens(t *testing.T, i *issuer.Issuer) func(person, scope string) string {
	return func(person, scope string) string {
		token, err := i.Token(person, scope, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
}

// forged returns a maker of tokens that nobody may take.
func forged(t *testing.T, i *issuer.Issuer) func(person string) map[string]string {
	return func(person string) map[string]string {
		all, err := i.Forged(person, "dinner/host dinner/guest")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
}

// inMemory is the http.RoundTripper of a handler, without a network.
type inMemory struct{ http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	served := r.Clone(r.Context())
	if served.Body == nil {
		served.Body = http.NoBody
	}
	m.ServeHTTP(w, served)
	response := w.Result()
	if r.Method == http.MethodHead {
		response.Body = http.NoBody // as a server does
	}
	return response, nil
}

func TestHandlerInMemory(t *testing.T) {
	h, i := system(t)
	client := contract.HTTP{URL: "http://dinner.example", Client: &http.Client{Transport: inMemory{h}}}
	contract.Run(t, contract.System{Client: client, Token: tokens(t, i), Forged: forged(t, i), Origin: origin})
}

func TestHTTP1(t *testing.T) {
	h, i := system(t)
	server := httptest.NewServer(h)
	defer server.Close()
	contract.Run(t, contract.System{
		Client: contract.HTTP{URL: server.URL, Client: server.Client()}, Token: tokens(t, i), Forged: forged(t, i), Origin: origin, Live: live(server.URL),
	})
}

// live returns where clients of a server connect to be told at once.
func live(url string) string { return "ws" + strings.TrimPrefix(url, "http") + "/live" }
