package contract_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fulcrum/lambdas/contract"
)

var address = flag.String("url", "", "the system that TestSmoke asks, with TOKEN, KEY and CACERT in the environment; empty for one in memory")

// keyed sends an API key with each request.
type keyed struct {
	http.RoundTripper
	key string
}

func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	if k.key != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Api-Key", k.key)
	}
	return k.RoundTripper.RoundTrip(r)
}

// TestSmoke asks any system what it answers without a token, and if there is one what
// one person can find out.
func TestSmoke(t *testing.T) {
	if *address == "" {
		h, i := system(t)
		server := httptest.NewServer(h)
		defer server.Close()
		smoke(t, server.URL, http.DefaultTransport, tokens(t, i)("one", "dinner/host dinner/guest"))
		return
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
	if file := os.Getenv("CACERT"); file != "" {
		text, err := os.ReadFile(file) //nolint:gosec // who runs the test names it
		if err != nil {
			t.Fatal(err)
		}
		trusted := x509.NewCertPool()
		if !trusted.AppendCertsFromPEM(text) {
			t.Fatalf("CACERT %s holds no certificate in PEM", file)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	}
	through, token := keyed{transport, os.Getenv("KEY")}, os.Getenv("TOKEN")
	reach(t, *address, through, "/health", "", "is it running, and is that its whole URL, with the stage where it has one, and KEY where it asks for one?")
	if token != "" {
		reach(t, *address, through, "/me/reservations", token, "give as TOKEN an access token, an hour old at most, of one person with the scopes dinner/host and dinner/guest, from the issuer that it trusts")
	}
	smoke(t, *address, through, token)
}

// reach ends the test if a system cannot be asked or lets nobody in, and says what may
// help. What else is wrong the contract finds.
func reach(t *testing.T, url string, transport http.RoundTripper, target, token, help string) {
	t.Helper()
	r := contract.Request{Method: http.MethodGet, Target: target, Header: http.Header{}}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := contract.HTTP{URL: url, Client: &http.Client{Transport: transport, Timeout: 35 * time.Second}}.Do(t.Context(), r)
	if err != nil {
		t.Fatalf("%s cannot be asked: %v\n%s", url, err, help)
	}
	if slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, a.Status) {
		t.Fatalf("%s answers GET %s with %d %.300s\n%s", url, target, a.Status, a.Body, help)
	}
}

func smoke(t *testing.T, url string, transport http.RoundTripper, token string) {
	client := contract.Patient{Client: contract.HTTP{URL: url, Client: &http.Client{Transport: transport, Timeout: 35 * time.Second}}}
	system := contract.System{Client: client, Token: func(string, string) string { return token }}
	t.Run("without a token", func(t *testing.T) { contract.Public(t, system) })
	if token != "" {
		t.Run("with a token", func(t *testing.T) { contract.Alone(t, system) })
	}
}

// TestSmokeAsItIsRun runs the script as a user does, against a system with a
// certificate of its own that asks for a key, and against one that is not well.
func TestSmokeAsItIsRun(t *testing.T) {
	h, i := system(t)
	var ill atomic.Bool
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("X-Api-Key") != "of a client":
			w.WriteHeader(http.StatusForbidden)
		case ill.Load() && strings.HasSuffix(r.URL.Path, "/reservations"):
			w.WriteHeader(http.StatusInternalServerError)
		default:
			h.ServeHTTP(w, r)
		}
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "certificate.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(url string, with ...string) (string, error) {
		script := exec.CommandContext(t.Context(), "scripts/smoke", url) //nolint:gosec // our own
		script.Dir = "../.."
		script.Env = append(os.Environ(), with...)
		out, err := script.CombinedOutput()
		return string(out), err
	}
	settings := []string{"CACERT=" + file, "KEY=of a client", "TOKEN=" + tokens(t, i)("one", "dinner/host dinner/guest")}
	if out, err := run(server.URL, settings...); err != nil || !strings.Contains(out, "--- PASS: TestSmoke/with_a_token") {
		t.Errorf("%v\n%s", err, out)
	}
	ill.Store(true)
	if out, err := run(server.URL, settings...); err == nil || !strings.Contains(out, "--- FAIL: TestSmoke/with_a_token") || !strings.Contains(out, "--- PASS: TestSmoke/without_a_token") {
		t.Errorf("of a system that is not well: %v\n%s", err, out)
	}
	ill.Store(false)
	for _, wrong := range []struct {
		url, want string
		with      []string
	}{
		{server.URL + "/stage", "is that its whole URL, with the stage", settings},
		{server.URL, "and KEY where it asks for one?", []string{"CACERT=" + file}},
		{server.URL, "with 401 ", append(settings, "TOKEN=abc")},
		{server.URL, "with 403 ", append(settings, "TOKEN="+tokens(t, i)("one", "dinner/host"))},
		{"http://127.0.0.1:1", "http://127.0.0.1:1 cannot be asked: ", nil},
	} {
		if out, err := run(wrong.url, wrong.with...); err == nil || !strings.Contains(out, wrong.want) || strings.Contains(out, "without_a_token") {
			t.Errorf("%s with %v: %v\n%s\nwant %s", wrong.url, wrong.with, err, out, wrong.want)
		}
	}
	if out, err := run(""); err == nil || !strings.Contains(out, "usage: scripts/smoke URL") {
		t.Errorf("without a URL: %v\n%s", err, out)
	}
}
