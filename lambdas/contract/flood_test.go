package contract_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/runtimeapi"
)

// TestFloods sends the server what costs it most for the least, all at once, and
// wants every request refused, others served, and no more memory than bounds allow.
// Connections that hold it up it closes.
func TestFloods(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, pid := startServer(t, i)
	slow := many(t, 300, strings.TrimPrefix(url, "http://"), func(c net.Conn) (net.Conn, error) { // with a header that never ends
		_, err := fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: dinner\r\nX-Slow: %s", strings.Repeat("x", 12<<10))
		return c, err
	})
	flood(t, url, func() http.RoundTripper { return http.DefaultTransport }, tokens(t, i)("flooder", "dinner/host dinner/guest"), http.StatusRequestHeaderFieldsTooLarge)
	if got := resident(t, pid); got > 64<<20 {
		t.Errorf("the server has %d MB, want at most 64", got>>20)
	}
	closed(t, slow)
}

// TestFloodsOverTLS does that over HTTP/2 and TLS, with connections that never finish
// a handshake, and others that never finish a frame.
func TestFloodsOverTLS(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	url, pid := startServer(t, i, "TLS=self-signed")
	address := strings.TrimPrefix(url, "http://")
	silent := many(t, 100, address, func(c net.Conn) (net.Conn, error) { return c, nil })
	many(t, 100, address, func(c net.Conn) (net.Conn, error) {
		secure := tls.Client(c, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"}}) //nolint:gosec // as a load balancer does
		// The client's preface, settings, and headers of 16,384 bytes that do not come
		// (RFC 9113, sections 3.4 and 6.2).
		_, err := fmt.Fprintf(secure, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x40\x00\x01\x05\x00\x00\x00\x01%s", strings.Repeat("\x00", 12<<10))
		return secure, err
	})
	// A client of HTTP/2 is told how large headers may be and keeps to it itself, or has
	// its connection ended.
	flood(t, "https://"+address, func() http.RoundTripper { return overTLS(2) }, tokens(t, i)("flooder", "dinner/host dinner/guest"), 0)
	if got := resident(t, pid); got > 64<<20 {
		t.Errorf("the server has %d MB, want at most 64", got>>20)
	}
	closed(t, silent)
}

// many makes connections and begins something over each.
func many(t *testing.T, n int, address string, begin func(net.Conn) (net.Conn, error)) []net.Conn {
	t.Helper()
	all := make([]net.Conn, n)
	for i := range all {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if all[i], err = begin(c); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// closed wants connections to be ended by the other side.
func closed(t *testing.T, all []net.Conn) {
	t.Helper()
	end := time.Now().Add(60 * time.Second)
	for _, c := range all {
		_ = c.SetReadDeadline(end)
		_, err := io.Copy(io.Discard, c)
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			t.Fatal("a connection that holds the server up is still open after a minute")
		}
	}
}

// flood sends requests of every kind that costs a server more than its client, 25 of
// each at once, each kind from a client of its own, and wants others served after.
// tooLong is the status of headers that are too long; 0 for none.
func flood(t *testing.T, url string, transport func() http.RoundTripper, token string, tooLong int) {
	t.Helper()
	send := func(client *http.Client, method, path, body string, headers map[string]string) (int, error) {
		r, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		response, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		return response.StatusCode, response.Body.Close()
	}
	header := map[string]string{}
	for n := range 2000 {
		header[fmt.Sprintf("X-%d", n)] = "y"
	}
	json := map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json"}
	var all sync.WaitGroup
	for _, flood := range []struct {
		method, path, body string
		headers            map[string]string
		want               int
	}{
		{"POST", "/dinners", strings.Repeat("x", 4<<20), json, http.StatusRequestEntityTooLarge},
		{"POST", "/dinners", `{"title":` + strings.Repeat("[", 16000), json, http.StatusBadRequest},
		{"POST", "/dinners", `{` + strings.Repeat(`"a":1,`, 2600) + `"a":1}`, json, http.StatusBadRequest},
		{"GET", "/dinners", "", header, tooLong},
		{"GET", "/dinners?" + strings.Repeat("a&", 4000), "", nil, http.StatusOK},
		{"GET", "/dinners?limit=99999999", "", nil, http.StatusBadRequest},
		{"GET", "/" + strings.Repeat("../", 2000), "", nil, http.StatusNotFound},
		{"GET", "/me/notices", "", map[string]string{"Authorization": "Bearer " + strings.Repeat("a.", 4000)}, http.StatusUnauthorized},
	} {
		all.Go(func() {
			client := &http.Client{Transport: transport(), Timeout: 60 * time.Second}
			for range 25 {
				status, err := send(client, flood.method, flood.path, flood.body, flood.headers)
				// A server that has refused a body may close before it was sent.
				if status != flood.want && (err == nil || flood.want != http.StatusRequestEntityTooLarge) {
					t.Errorf("%s %.40s: status %d, want %d, %v", flood.method, flood.path, status, flood.want, err)
				}
			}
		})
	}
	all.Wait()
	if status, err := send(&http.Client{Transport: transport(), Timeout: 60 * time.Second}, "GET", "/health", "", nil); err != nil || status != http.StatusOK {
		t.Errorf("health: %d, %v", status, err)
	}
}

// TestFunctionUnderLargeEvents sends the function api the largest events there are.
func TestFunctionUnderLargeEvents(t *testing.T) {
	binary := filepath.Join(runtimeapi.Build(t, "fulcrum/lambdas/cmd/api"), "api")
	api, err := runtimeapi.Start(binary, "STORE_TABLE=none", "READ_MODELS_TABLE=none", "TOKEN_ISSUER=http://127.0.0.1:1", "TOKEN_CLIENTS=x", "AWS_REGION=eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	client := &http.Client{Transport: localdoor.Door{Form: localdoor.HTTPAPI, Invoke: api.Invoke}}
	for _, contentType := range []string{"text/plain", "application/octet-stream"} {
		for range 10 {
			response, err := client.Post("https://dinner.example/elsewhere", contentType, strings.NewReader(strings.Repeat("x", 4<<20)))
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusNotFound {
				t.Fatalf("status %d\n%s", response.StatusCode, api.Output())
			}
		}
	}
	if got := resident(t, api.PID()); got > 128<<20 { // half of what a function has
		t.Errorf("the function has %d MB, want at most 128", got>>20)
	}
}

func resident(t *testing.T, pid int) int {
	t.Helper()
	bytes, err := runtimeapi.Resident(t.Context(), pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("process %d has %.1f MB", pid, float64(bytes)/(1<<20))
	return bytes
}
