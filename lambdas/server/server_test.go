package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/server"
)

func serve(t *testing.T, h http.HandlerFunc) (address string, stop func(), stopped chan error) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopped = make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, l, h) }()
	t.Cleanup(cancel)
	return l.Addr().String(), cancel, stopped
}

func TestRequestsUnderWayFinish(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	address, stop, stopped := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "done")
	})
	got := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + address) //nolint:noctx // ends with the server
		if err != nil {
			got <- err.Error()
			return
		}
		defer response.Body.Close() //nolint:errcheck // only read
		body, _ := io.ReadAll(response.Body)
		got <- string(body)
	}()
	<-begun
	stop()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if answer := <-got; answer != "done" {
		t.Errorf("got %q", answer)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address); err == nil {
		t.Error("it still takes connections")
	}
}

// TestHeaderFlood wants 16 KB of headers read. net/http adds what its buffers hold to a
// limit, less than 10 KB.
func TestHeaderFlood(t *testing.T) {
	address, _, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for kilobytes, want := range map[int]int{15: http.StatusOK, 26: http.StatusRequestHeaderFieldsTooLarge, 64: http.StatusRequestHeaderFieldsTooLarge} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range kilobytes {
			r.Header.Set(fmt.Sprintf("X-Flood-%d", i), strings.Repeat("x", 1024-len("X-Flood-00: \r\n")))
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%d KB of headers: status %d, want %d", kilobytes, response.StatusCode, want)
		}
	}
}
