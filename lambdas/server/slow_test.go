package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// hasty are bounds that a test can wait for.
var hasty = bounds{header: 200 * time.Millisecond, read: 400 * time.Millisecond, write: 600 * time.Millisecond, idle: time.Minute}

func start(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- serve(ctx, l, h, hasty) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestSlowHeaders wants connections that send a header byte by byte to be closed,
// and others to be served meanwhile.
func TestSlowHeaders(t *testing.T) {
	address := start(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	slow := make([]net.Conn, 100)
	for i := range slow {
		slow[i] = dial(t, address)
		if _, err := fmt.Fprint(slow[i], "GET / HTTP/1.1\r\nHost: dinner\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				if _, err := slow[i].Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}()
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("others are not served: %v", err)
	}
	_ = response.Body.Close()
	for _, c := range slow {
		if answer, err := io.ReadAll(c); err != nil && len(answer) > 0 || isTimeout(err) {
			t.Fatalf("a slow connection lives on: %q, %v", answer, err)
		}
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// TestSlowBody wants a handler to be told that a body does not come.
func TestSlowBody(t *testing.T) {
	failed := make(chan error, 1)
	address := start(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
		w.WriteHeader(http.StatusRequestTimeout)
	})
	c := dial(t, address)
	if _, err := fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: dinner\r\nContent-Length: 100\r\n\r\nx"); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !isTimeout(err) {
		t.Errorf("the body failed with %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestTimeout {
		t.Errorf("status %d", response.StatusCode)
	}
}

// TestSlowReader wants a handler not to wait for a client that does not read.
func TestSlowReader(t *testing.T) {
	failed := make(chan error, 1)
	address := start(t, func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for n := 0; n < 1000 && err == nil; n++ {
			_, err = w.Write(bytes.Repeat([]byte("x"), 1<<20))
		}
		failed <- err
	})
	c := dial(t, address)
	if _, err := fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: dinner\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; !isTimeout(err) {
		t.Errorf("writing 1 GB that nobody reads: %v", err)
	}
}
