package contract_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/boot"
	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
)

var address = flag.String("url", "", "the system that TestSmoke asks; empty for one in memory")

const origin = "https://dinner.example"

// system returns the handler over a store in memory, put together as the server
// is, and a maker of tokens it takes.
func system(t *testing.T) (http.Handler, func(person, scope string) string) {
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
	return h, tokens(t, i)
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
	h, token := system(t)
	client := contract.HTTP{URL: "http://dinner.example", Client: &http.Client{Transport: inMemory{h}}}
	contract.Run(t, contract.System{Client: client, Token: token, Origin: origin})
}

func TestHTTP1(t *testing.T) {
	h, token := system(t)
	server := httptest.NewServer(h)
	defer server.Close()
	contract.Run(t, contract.System{
		Client: contract.HTTP{URL: server.URL, Client: server.Client()}, Token: token, Origin: origin, Live: live(server.URL),
	})
}

// live returns where clients of a server connect to be told at once.
func live(url string) string { return "ws" + strings.TrimPrefix(url, "http") + "/live" }

func TestTLSAndHTTP2(t *testing.T) {
	h, token := system(t)
	major := make(chan int, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case major <- r.ProtoMajor:
		default:
		}
		h.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	contract.Run(t, contract.System{Client: contract.HTTP{URL: server.URL, Client: server.Client()}, Token: token, Origin: origin})
	if got := <-major; got != 2 {
		t.Errorf("spoke HTTP/%d", got)
	}
}

// TestSmoke asks any system what it answers without a token.
func TestSmoke(t *testing.T) {
	if *address == "" {
		h, _ := system(t)
		server := httptest.NewServer(h)
		defer server.Close()
		*address = server.URL
	}
	contract.Public(t, contract.System{Client: contract.HTTP{URL: *address, Client: &http.Client{Timeout: 15 * time.Second}}})
}
