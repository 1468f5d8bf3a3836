package dynamo_test

import (
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/realtime"
)

// TestConnections opens, finds and closes connections, of persons and by their ids,
// and keeps the leases of servers.
func TestConnections(t *testing.T) {
	server := localaws.Start(t)
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	const name = "connections"
	client := server.ConnectionTable(t, name)
	connections := dynamo.Connections{Table: dynamo.Table{Client: client, Name: name, Now: func() time.Time { return now }}}
	at := realtime.Server{Address: "10.0.64.12:8081", Pin: "abc"}
	for _, c := range []realtime.Connection{
		{ID: "1=", PersonID: "ann", ExpiresAt: now.Add(time.Hour)},
		{ID: "2=", PersonID: "ann", ExpiresAt: now.Add(-time.Second)},
		{ID: "3=", PersonID: "bob", ExpiresAt: now.Add(time.Hour), Server: at},
	} {
		if err := connections.Open(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	of := func(person string) []realtime.Connection {
		open, err := connections.Of(t.Context(), person)
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	if open := of("ann"); len(open) != 1 || open[0].ID != "1=" || !open[0].ExpiresAt.Equal(now.Add(time.Hour)) {
		t.Errorf("ann has %v: what has expired is gone, deleted or not", open)
	}
	for range 2 { // may be told twice
		if err := connections.Close(t.Context(), "1="); err != nil {
			t.Fatal(err)
		}
	}
	if open := of("ann"); len(open) != 0 {
		t.Errorf("ann still has %v", open)
	}
	if open := of("bob"); len(open) != 1 || open[0].Server != at {
		t.Errorf("bob has %v", open)
	}
	alive := func() bool {
		yes, err := connections.Alive(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return yes
	}
	if alive() {
		t.Error("a server without a lease is there")
	}
	if err := connections.Renew(t.Context(), at, now.Add(time.Minute)); err != nil || !alive() {
		t.Errorf("%v; a server with a lease is not there", err)
	}
	now = now.Add(time.Minute)
	if alive() {
		t.Error("a server is there past its lease")
	}
	if err := errors.Join(connections.Renew(t.Context(), at, now.Add(time.Minute)), connections.End(t.Context(), at)); err != nil || alive() {
		t.Errorf("%v; a server is there that has ended", err)
	}
}
