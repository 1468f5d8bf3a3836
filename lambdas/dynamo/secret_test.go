package dynamo_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/localaws"
)

// secrets wants processes that start at the same time to share one secret, also
// after they have forgotten it.
func secrets(t *testing.T, server *localaws.Server) {
	now := time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)
	table := dynamo.Table{Client: server.Table(t, "secrets"), Name: "secrets", Now: func() time.Time { return now }}
	processes := make([]*dynamo.Secret, 8)
	got := make([][]byte, len(processes))
	get := func() {
		var all sync.WaitGroup
		for i, p := range processes {
			all.Go(func() {
				var err error
				if got[i], err = p.Get(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	for i := range processes {
		processes[i] = &dynamo.Secret{Table: table, Name: "cursors"}
	}
	get()
	first := got[0]
	now = now.Add(time.Hour)
	get()
	for i, value := range got {
		if len(value) != 32 || !bytes.Equal(value, first) {
			t.Errorf("process %d has %x, the first had %x", i, value, first)
		}
	}
	other := &dynamo.Secret{Table: table, Name: "other"}
	if value, err := other.Get(t.Context()); err != nil || bytes.Equal(value, first) {
		t.Errorf("another secret is %x, %v", value, err)
	}
}
