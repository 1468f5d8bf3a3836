package dynamo_test

import (
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"fulcrum/lambdas/dynamo"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/storetest"
)

var tables atomic.Int64

// opener opens stores in fresh tables of a local AWS.
func opener(server *localaws.Server) storetest.Open { return openerWith(server, nil) }

func openerWith(server *localaws.Server, persons dynamo.Sealer) storetest.Open {
	return func(t testing.TB, now func() time.Time, newID func() string) storetest.Store {
		n := tables.Add(1)
		table := func(name string) dynamo.Table {
			name = fmt.Sprintf("%s-%d", name, n)
			return dynamo.Table{
				Client: server.Table(t, name), Name: name, Consistent: true, Now: now, NewID: newID, Persons: persons,
				EventRetention: 7 * 24 * time.Hour, CallRetention: storetest.CallRetention,
			}
		}
		store, readModels := table("store"), table("read-models")
		return storetest.Store{
			Dinners: dynamo.Dinners{Table: store}, Guests: dynamo.Guests{Table: store},
			Inboxes: dynamo.Inboxes{Table: readModels}, Index: dynamo.Index{Table: readModels},
			Outcomes: dynamo.Outcomes{Table: store}, Merging: dynamo.Merging{Table: store},
			Sealed: persons != nil,
			Outbox: func() []event.Event { return server.Outbox(t, store.Name) },
		}
	}
}

// withoutTransactions holds the stores of a table of strong consistency in several
// Regions against the same promises, and against what may go wrong between two writes.
func withoutTransactions(t *testing.T, server *localaws.Server) {
	open := globalOpener(server, nil)
	t.Run("contract", func(t *testing.T) { storetest.Run(t, open) })
	t.Run("race", func(t *testing.T) { storetest.Race(t, open) })
	t.Run("properties", func(t *testing.T) { fewChecks(t, func() { storetest.Properties(t, open) }) })
	t.Run("contract, sealed", func(t *testing.T) { storetest.Run(t, globalOpener(server, admitting{newVault(t, server)})) })
	t.Run("lost answers", func(t *testing.T) { lostAnswers(t, server) })
	t.Run("forgotten meanwhile", func(t *testing.T) { forgottenMeanwhile(t, server) })
	t.Run("broken off", func(t *testing.T) { brokenOff(t, server) })
	t.Run("another Region", func(t *testing.T) { otherRegion(t, server) })
	t.Run("handed on late", func(t *testing.T) { handedOnLate(t, server) })
}

// fewChecks runs properties with few checks, unless a number is asked for: one takes a
// second here.
func fewChecks(t *testing.T, run func()) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	if before == checks.DefValue {
		if err := flag.Set("rapid.checks", "8"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = flag.Set("rapid.checks", before) }()
	}
	run()
}

// TestStore shares one local AWS, which takes longer to start than to use.
func TestStore(t *testing.T) {
	server := localaws.Start(t)
	open := opener(server)
	t.Run("contract", func(t *testing.T) { storetest.Run(t, open) })
	t.Run("race", func(t *testing.T) { storetest.Race(t, open) })
	t.Run("properties", func(t *testing.T) { fewChecks(t, func() { storetest.Properties(t, open) }) })
	t.Run("merged", func(t *testing.T) { fewChecks(t, func() { storetest.Merged(t, open) }) })
	t.Run("merged writes", func(t *testing.T) { mergedWrites(t, server, open) })
	t.Run("overtaken merge", func(t *testing.T) { overtakenMerge(t, server) })
	t.Run("race, queued", func(t *testing.T) { storetest.RaceQueued(t, open, storetest.FIFO(t, server, "race")) })
	t.Run("without transactions", func(t *testing.T) { withoutTransactions(t, server) })
	t.Run("erasure", func(t *testing.T) { erasure(t, server) })
	t.Run("contract, sealed", func(t *testing.T) { storetest.Run(t, openerWith(server, admitting{newVault(t, server)})) })
	t.Run("shredding", func(t *testing.T) { shredding(t, server) })
	t.Run("secrets", func(t *testing.T) { secrets(t, server) })
	t.Run("consistency", func(t *testing.T) { consistency(t, server) })
	t.Run("several", func(t *testing.T) { several(t, server) })
	t.Run("conflicts", func(t *testing.T) { conflicts(t, server, open) })
	t.Run("overtaken", func(t *testing.T) { overtaken(t, server) })
	t.Run("expired", func(t *testing.T) { expired(t, server) })
}
