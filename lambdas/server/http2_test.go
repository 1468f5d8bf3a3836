package server

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestSlowBodyOverHTTP2 wants a handler to be told that a body does not come, and a
// request beside it on the same connection to be served.
func TestSlowBodyOverHTTP2(t *testing.T) {
	config, err := SelfSigned(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- serve(ctx, tls.NewListener(l, config), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, err := io.ReadAll(r.Body)
				failed <- err
			}
			w.WriteHeader(http.StatusNoContent)
		}), hasty)
	}()
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}, //nolint:gosec // as a load balancer does
	}}
	get := func() {
		t.Helper()
		response, err := client.Get("https://" + l.Addr().String()) //nolint:noctx // has a timeout
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.ProtoMajor != 2 {
			t.Fatalf("spoke %s", response.Proto)
		}
	}
	get()
	body, never := io.Pipe()
	defer never.Close() //nolint:errcheck // nobody reads it any more
	go func() {
		response, err := client.Post("https://"+l.Addr().String(), "application/json", body) //nolint:noctx // has a timeout
		if err == nil {
			_ = response.Body.Close()
		}
	}()
	if err := soon(t, failed); !isTimeout(err) {
		t.Errorf("the body failed with %v", err)
	}
	get()
	client.CloseIdleConnections()
	stop()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestSelfSigned wants TLS 1.3, and HTTP/1.1 for who speaks no HTTP/2.
func TestSelfSigned(t *testing.T) {
	config, err := SelfSigned(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		most  uint16
		speak []string
		want  string
		fails bool
	}{
		{tls.VersionTLS12, nil, "", true}, {0, nil, "", false},
		{0, []string{"http/1.1"}, "http/1.1", false}, {0, []string{"http/1.1", "h2"}, "h2", false},
	} {
		a, b := net.Pipe()
		go func() { _ = tls.Server(a, config).HandshakeContext(t.Context()) }()
		c := tls.Client(b, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: x.most, NextProtos: x.speak}) //nolint:gosec // what a client may try
		err := c.HandshakeContext(t.Context())
		if (err != nil) != x.fails || c.ConnectionState().NegotiatedProtocol != x.want {
			t.Errorf("at most %x and %v: %v, %q", x.most, x.speak, err, c.ConnectionState().NegotiatedProtocol)
		}
		_, _ = a.Close(), b.Close()
	}
}
