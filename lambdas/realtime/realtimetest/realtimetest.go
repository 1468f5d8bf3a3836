// Package realtimetest holds what every adapter of package realtime must do.
package realtimetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/realtime"
)

// Connections holds a store of connections, which opens empty with a clock, to its
// contract.
func Connections(t *testing.T, open func(now func() time.Time) realtime.Connections) {
	t.Helper()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	c := open(func() time.Time { return now })
	ctx, hour := t.Context(), now.Add(time.Hour)
	want := func(person string, connections ...realtime.Connection) {
		t.Helper()
		of, err := c.Of(ctx, person)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(of, func(a, b realtime.Connection) int { return int(a.ID[0]) - int(b.ID[0]) })
		same := func(a, b realtime.Connection) bool {
			return a.ID == b.ID && a.PersonID == b.PersonID && a.ExpiresAt.Equal(b.ExpiresAt) && a.Server == b.Server
		}
		if !slices.EqualFunc(of, connections, same) {
			t.Errorf("%s has %v, want %v", person, of, connections)
		}
	}
	at := realtime.Server{Address: "10.0.64.12:8081", Pin: "abc"}
	first := realtime.Connection{ID: "1=", PersonID: "ann", ExpiresAt: hour}
	over := realtime.Connection{ID: "2=", PersonID: "ann", ExpiresAt: now}
	phone := realtime.Connection{ID: "3=", PersonID: "ann", ExpiresAt: hour.Add(time.Second), Server: at}
	other := realtime.Connection{ID: "4=", PersonID: "bob", ExpiresAt: hour}
	want("ann")
	for _, opened := range []realtime.Connection{first, over, phone, other, first} { // and one twice
		if err := c.Open(ctx, opened); err != nil {
			t.Fatal(err)
		}
	}
	want("ann", first, phone) // what has expired is gone, deleted or not
	want("bob", other)
	for range 2 { // may be told twice
		if err := c.Close(ctx, "1="); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(ctx, "nobody's"); err != nil {
		t.Error(err)
	}
	want("ann", phone)
	want("bob", other)
	now = hour
	want("bob")
	want("ann", phone)
	var all sync.WaitGroup
	var many []realtime.Connection
	for n := range 16 {
		one := realtime.Connection{ID: fmt.Sprintf("%c=", 'a'+n), PersonID: "cid", ExpiresAt: hour.Add(time.Hour)}
		many = append(many, one)
		all.Go(func() {
			if err := c.Open(ctx, one); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	want("cid", many...)
}

// Leases holds a store of servers' leases, which opens empty with a clock, to its
// contract.
func Leases(t *testing.T, open func(now func() time.Time) realtime.Leases) {
	t.Helper()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	l := open(func() time.Time { return now })
	one, two := realtime.Server{Address: "10.0.64.12:8081", Pin: "abc"}, realtime.Server{Address: "10.0.64.12:8081", Pin: "def"}
	want := func(what string, s realtime.Server, there bool) {
		t.Helper()
		if yes, err := l.Alive(t.Context(), s); err != nil || yes != there {
			t.Errorf("%s is there: %v, %v", what, yes, err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want("a server without a lease", one, false)
	must(l.Renew(t.Context(), one, now.Add(time.Minute)))
	want("a server with a lease", one, true)
	want("another one with its address", two, false)
	now = now.Add(time.Minute)
	want("a server past its lease", one, false)
	must(errors.Join(l.Renew(t.Context(), one, now.Add(time.Minute)), l.Renew(t.Context(), one, now.Add(time.Hour)), l.Renew(t.Context(), two, now.Add(time.Hour))))
	now = now.Add(time.Minute)
	want("a server that renewed its lease", one, true)
	must(errors.Join(l.End(t.Context(), one), l.End(t.Context(), one)))
	want("a server that has ended", one, false)
	want("the other one", two, true)
}

// Held is a connection with the client's end of it.
type Held struct {
	Connection realtime.Connection
	Client     *websocket.Conn
}

// Door holds a door, through which connect lets a person connect, to its contract.
func Door(t *testing.T, door realtime.Door, connect func(person string) Held) {
	t.Helper()
	ann, bob := connect("ann"), connect("bob")
	send := func(to Held, message string) {
		t.Helper()
		if err := door.Send(t.Context(), to.Connection, []byte(message)); err != nil {
			t.Fatalf("%d bytes to %s: %v", len(message), to.Connection.PersonID, err)
		}
	}
	hears := func(h Held, message string) {
		t.Helper()
		h.Client.SetReadLimit(2 * realtime.MaxMessage)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if _, got, err := h.Client.Read(ctx); err != nil || string(got) != message {
			t.Fatalf("%s hears %d bytes, %v; want %d", h.Connection.PersonID, len(got), err, len(message))
		}
	}
	largest := string(slices.Repeat([]byte("x"), realtime.MaxMessage))
	send(ann, "one")
	send(bob, "for bob")
	send(ann, "zwei: \u00e9\u20ac")
	send(ann, largest)
	hears(ann, "one") // in order, and nobody else's
	hears(ann, "zwei: \u00e9\u20ac")
	hears(ann, largest)
	hears(bob, "for bob")
	if err := door.Send(t.Context(), ann.Connection, []byte(largest+"x")); err == nil || errors.Is(err, realtime.ErrGone) {
		t.Errorf("a message that is too large: %v", err)
	}
	send(ann, "still there")
	hears(ann, "still there")
	unknown := ann.Connection
	unknown.ID = "nobody="
	if err := door.Send(t.Context(), unknown, []byte("x")); !errors.Is(err, realtime.ErrGone) {
		t.Errorf("to nobody: %v", err)
	}
	_ = ann.Client.Close(websocket.StatusNormalClosure, "")
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		err := door.Send(t.Context(), ann.Connection, []byte("x"))
		if errors.Is(err, realtime.ErrGone) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("to who has gone, after 30 s: %v", err)
		}
	}
	send(bob, "meanwhile")
	hears(bob, "meanwhile")
}
