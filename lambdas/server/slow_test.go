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

func start(t *testing.T, b bounds, h http.HandlerFunc) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- serve(ctx, l, h, b) }()
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
	// What a body may take is no time for headers.
	address := start(t, bounds{header: hasty.header, read: time.Minute}, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
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

// soon returns what a handler says, which has bounds far below the time that this waits.
func soon(t *testing.T, said <-chan error) error {
	t.Helper()
	select {
	case err := <-said:
		return err
	case <-time.After(30 * time.Second):
		t.Fatal("the handler is held up still")
		return nil
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// TestSlowBody wants a handler to be told that a body does not come.
func TestSlowBody(t *testing.T) {
	failed := make(chan error, 1)
	address := start(t, hasty, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
		w.WriteHeader(http.StatusRequestTimeout)
	})
	c := dial(t, address)
	if _, err := fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: dinner\r\nContent-Length: 100\r\n\r\nx"); err != nil {
		t.Fatal(err)
	}
	if err := soon(t, failed); !isTimeout(err) {
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
	address := start(t, hasty, func(w http.ResponseWriter, _ *http.Request) {
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
	if err := soon(t, failed); !isTimeout(err) {
		t.Errorf("writing 1 GB that nobody reads: %v", err)
	}
}

// TestSilentConnections wants a connection to be kept between requests for its own time,
// and not for what a request may take: a load balancer sends the next one over it.
func TestSilentConnections(t *testing.T) {
	ask := func(c net.Conn, answers *bufio.Reader) error {
		if _, err := fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: dinner\r\n\r\n"); err != nil {
			return err
		}
		response, err := http.ReadResponse(answers, nil)
		if err == nil {
			_ = response.Body.Close()
		}
		return err
	}
	answer := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	patient := dial(t, start(t, bounds{header: 50 * time.Millisecond, read: 50 * time.Millisecond, idle: time.Minute}, answer))
	answers := bufio.NewReader(patient)
	if err := ask(patient, answers); err != nil {
		t.Fatal(err)
	}
	hurried := dial(t, start(t, bounds{read: time.Minute, idle: 50 * time.Millisecond}, answer))
	if err := ask(hurried, bufio.NewReader(hurried)); err != nil {
		t.Fatal(err)
	}
	if more, err := io.ReadAll(hurried); len(more) > 0 || err != nil {
		t.Errorf("the idle time is over, and there is %q, %v", more, err)
	}
	time.Sleep(500 * time.Millisecond) // ten times as long as a request may take
	if err := ask(patient, answers); err != nil {
		t.Errorf("the next request meets a closed connection: %v", err)
	}
}

// TestLeave wants what is no request to be ended with the server, which waits for it.
func TestLeave(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	leaving, left, stopped := make(chan error, 1), make(chan struct{}), make(chan error, 1)
	go func() {
		stopped <- serve(ctx, l, http.NotFoundHandler(), hasty, func(ctx context.Context) {
			leaving <- ctx.Err()
			<-left
		})
	}()
	stop()
	if err := soon(t, leaving); err != nil {
		t.Errorf("there is no time to leave: %v", err)
	}
	select {
	case err := <-stopped:
		t.Errorf("stopped before everything had left: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(left)
	if err := soon(t, stopped); err != nil {
		t.Error(err)
	}
}
