package boot

import (
	"context"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"fulcrum/lambdas/server"
)

// TestListen serves at the port and the way that the environment says.
func TestListen(t *testing.T) {
	for _, x := range []struct {
		how, scheme, protocol string
		version               uint16
	}{
		{"", "http", "HTTP/1.1", 0},
		{"self-signed", "https", "HTTP/2.0", tls.VersionTLS13},
	} {
		t.Setenv("PORT", "0")
		t.Setenv("TLS", x.how)
		ctx, stop := context.WithCancel(t.Context())
		l, err := Listen(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() {
			ended <- server.Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
		}()
		client := &http.Client{Transport: &http.Transport{
			ForceAttemptHTTP2: true,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // as a load balancer does
		}}
		address := l.Addr().String()
		response, err := client.Get(x.scheme + "://127.0.0.1" + address[strings.LastIndex(address, ":"):]) //nolint:noctx // ends with the server
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.Proto != x.protocol || (response.TLS != nil) != (x.version != 0) || response.TLS != nil && response.TLS.Version != x.version {
			t.Errorf("TLS %q: %s, %+v", x.how, response.Proto, response.TLS)
		}
		if x.version != 0 {
			old := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MaxVersion: x.version - 1}} //nolint:gosec // to be refused
			if c, err := old.DialContext(t.Context(), "tcp", "127.0.0.1"+address[strings.LastIndex(address, ":"):]); err == nil {
				_ = c.Close()
				t.Errorf("TLS %q: a client of TLS 1.2 is let in", x.how)
			}
		}
		client.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("TLS %q: ended with %v", x.how, err)
		}
	}
	t.Setenv("TLS", "perhaps")
	if _, err := Listen(t.Context()); err == nil || !strings.Contains(err.Error(), `TLS is "perhaps"`) {
		t.Errorf("got %v", err)
	}
}

func TestGRPC(t *testing.T) {
	for how, want := range map[string]bool{"": false, "grpc": true} {
		t.Setenv("RPC", how)
		if got, err := GRPC(); got != want || err != nil {
			t.Errorf("RPC %q: %t, %v", how, got, err)
		}
	}
	t.Setenv("RPC", "soap")
	if _, err := GRPC(); err == nil || !strings.Contains(err.Error(), `RPC is "soap"`) {
		t.Errorf("got %v", err)
	}
}
