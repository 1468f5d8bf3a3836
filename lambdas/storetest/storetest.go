// Package storetest states what every adapter of the stores must do. An adapter's
// test calls Run, Properties and Race, and that of a store that keeps outcomes Merged and
// RaceQueued.
package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/search"
)

// Store is a fresh set of adapters over the same data.
type Store struct {
	Dinners dinner.Repository
	Guests  guest.Repository
	Inboxes notification.Inboxes
	Index   search.Index
	// Outcomes are those of commands that are applied later; nil for a store that keeps
	// none, which is then held to no promise about them.
	Outcomes queued.Outcomes
	// Merging writes several commands as one; nil for a store that keeps no outcomes.
	Merging queued.Merging
	// Sealed is true if the names of guests come back sealed, which no query shows.
	Sealed bool
	// Outbox returns every event stored, in any order.
	Outbox func() []event.Event
}

// CallRetention is how long the store of a test must keep records of calls.
const CallRetention = time.Hour

// Open opens an empty store for a test. Its clock is now; its event ids come from
// newID.
type Open func(t testing.TB, now func() time.Time, newID func() string) Store

// noon is when every test begins.
var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

// fixture is a store with its clock, ids and use cases.
type fixture struct {
	Store
	clock    atomic.Int64 // nanoseconds after noon
	ids      atomic.Int64
	commands dinner.Commands
	queries  dinner.Queries
	guests   guest.Commands
}

func open(t testing.TB, o Open) *fixture {
	t.Helper()
	f := &fixture{}
	f.Store = o(t, f.now, f.newID)
	f.commands = dinner.Commands{Dinners: f.Dinners, Now: f.now, NewID: f.newID}
	f.queries = dinner.Queries{Dinners: f.Dinners}
	f.guests = guest.Commands{Guests: f.Guests, Dinners: f.commands, Now: f.now}
	return f
}

func (f *fixture) now() time.Time          { return noon.Add(time.Duration(f.clock.Load())) }
func (f *fixture) advance(d time.Duration) { f.clock.Add(int64(d)) }
func (f *fixture) newID() string           { return fmt.Sprintf("%026d", f.ids.Add(1)) }

func plan(seats, minimum int) dinner.Plan {
	return dinner.Plan{
		Title: "Soup", Place: "Harbour 1", Seats: seats, Minimum: minimum,
		ConfirmBy: noon.Add(24 * time.Hour), StartsAt: noon.Add(48 * time.Hour),
	}
}

var host = dinner.Host{ID: "host", Name: "Host"}

func person(n int) dinner.Guest {
	return dinner.Guest{ID: fmt.Sprintf("guest-%02d", n), Name: fmt.Sprintf("Guest %d", n)}
}

func (f *fixture) dinner(t testing.TB, seats, minimum int) string {
	t.Helper()
	created, err := f.commands.Create(t.Context(), once.Call{}, host, plan(seats, minimum))
	if err != nil {
		t.Fatal(err)
	}
	return created.DinnerID
}

func (f *fixture) reserve(t testing.TB, id string, n int) string {
	t.Helper()
	r, err := f.commands.Reserve(t.Context(), once.Call{}, id, person(n))
	if err != nil {
		t.Fatal(err)
	}
	return r.ReservationID
}
