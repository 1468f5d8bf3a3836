package sockets_test

import (
	"testing"
	"time"

	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/realtime/realtimetest"
	"fulcrum/lambdas/sockets"
)

// TestDoors holds a server that tells its own connections, and the door to such servers,
// to what every door must do.
func TestDoors(t *testing.T) {
	connect := func(h held, at realtime.Server) func(string) realtimetest.Held {
		return func(person string) realtimetest.Held {
			client := h.connect(t, person)
			c := h.only(t, person)
			c.Server = at
			return realtimetest.Held{Connection: c, Client: client}
		}
	}
	t.Run("its own", func(t *testing.T) {
		h := hold(t, sockets.Config{})
		realtimetest.Door(t, h.Hub, connect(h, realtime.Server{}))
	})
	t.Run("a server's", func(t *testing.T) {
		h, l := hold(t, sockets.Config{}), &leases{}
		at, _ := inner(t, h.Hub)
		l.alive.Store(true)
		realtimetest.Door(t, realtime.NewDirect(l, 30*time.Second), connect(h, at))
	})
}
