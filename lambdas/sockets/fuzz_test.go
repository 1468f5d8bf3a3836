package sockets_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/sockets"
)

// FuzzFrames sends whatever a client may over a connection that was made: it is told
// nothing but what connections tell, is let go when it has ended, and another client is
// served on.
func FuzzFrames(f *testing.F) {
	open := &memory.Connections{Now: time.Now}
	ids := 0
	h := sockets.New(sockets.Config{
		Connections: open, Limit: 10, Ping: time.Minute, Now: time.Now, NewID: func() string { ids++; return fmt.Sprint(ids) },
	})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.Open(w, r, "ann"); err != nil {
			http.Error(w, err.Error(), http.StatusTeapot)
		}
	}))
	f.Cleanup(front.Close)
	for _, seed := range [][]byte{
		{}, frame(0x81, "ping"), frame(0x81, "hello"), frame(0x82, "ping"), append(frame(0x01, "pi"), frame(0x80, "ng")...), frame(0x89, "x"), frame(0x88, "\x03\xe8bye"),
		frame(0x81, strings.Repeat("x", 300)), frame(0xf1, "x"), frame(0x83, "x"), {0x81, 4, 'p', 'i', 'n', 'g'}, {0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, frame(0x81, "\xff\xfe"), {0x88},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		c, r := connect(t, front.Listener.Addr().String())
		if _, err := c.Write(sent); err == nil {
			_ = c.(*net.TCPConn).CloseWrite() // the server may have ended it first
		}
		told, err := io.ReadAll(r)
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			t.Fatalf("after %x it is held on", sent)
		}
		for len(told) > 0 {
			kind, text, rest, ok := unframed(told)
			if !ok {
				break // cut off where the connection was
			}
			if kind == 0x1 && text != realtime.Pong && text != realtime.OnlyTells || kind == 0x2 || kind == 0x0 {
				t.Errorf("after %x it is told %x %q", sent, kind, text)
			}
			told = rest
		}
		for end := time.Now().Add(30 * time.Second); h.Len() > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("after %x it is not forgotten", sent)
			}
		}
		other, r := connect(t, front.Listener.Addr().String())
		if _, err := other.Write(frame(0x81, realtime.Ping)); err != nil {
			t.Fatal(err)
		}
		pong := make([]byte, 2+len(realtime.Pong))
		if _, err := io.ReadFull(r, pong); err != nil || string(pong[2:]) != realtime.Pong {
			t.Errorf("after %x another is answered %q, %v", sent, pong, err)
		}
		_ = other.Close()
		for end := time.Now().Add(30 * time.Second); h.Len() > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
		}
	})
}

// connect makes a connection by hand, so that anything can be sent over it.
func connect(t *testing.T, address string) (net.Conn, io.Reader) {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n", realtime.Protocol); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	response, err := http.ReadResponse(r, nil) //nolint:bodyclose // the connection goes on
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", response, err)
	}
	return c, r
}

// frame is a client's frame (RFC 6455, section 5.2) with a mask of zeros.
func frame(first byte, payload string) []byte {
	f := []byte{first}
	if n := len(payload); n < 126 {
		f = append(f, 0x80|byte(n)) //nolint:gosec // below 126
	} else {
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n)) //nolint:gosec // the tests' are short
	}
	return append(append(f, 0, 0, 0, 0), payload...)
}

// unframed takes a server's short frame off what it sent.
func unframed(b []byte) (kind byte, text string, rest []byte, ok bool) {
	if len(b) < 2 || b[1] > 125 || len(b) < 2+int(b[1]) {
		return 0, "", nil, false
	}
	end := 2 + int(b[1])
	return b[0] & 0x0f, string(b[2:end]), b[end:], true
}
