package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// writer returns what applies the commands of f. Its reservations are numbered by what
// asked for them, so that they are the same however commands are applied.
func (f *fixture) writer() queued.Writer {
	w := queued.Writer{Dinners: f.commands, Outcomes: f.Outcomes, Merging: f.Merging, Keep: CallRetention, Now: f.now}
	n := 0
	w.Dinners.NewID = func() string { n++; return fmt.Sprintf("reservation-%03d", n) }
	return w
}

// hot opens a dinner that has the same id in every store.
func (f *fixture) hot(t testing.TB, seats int) string {
	t.Helper()
	c := f.commands
	c.NewID = func() string { return "hot" }
	created, err := c.Create(t.Context(), once.Call{}, host, plan(seats, 0))
	if err != nil {
		t.Fatal(err)
	}
	return created.DinnerID
}

func (f *fixture) command(id, dinnerID, person, operation string) queued.Command {
	return queued.Command{
		ID: id, DinnerID: dinnerID, AcceptedAt: f.now(), Trace: "Root=" + id,
		Call: once.Call{Person: person, Operation: operation, Key: id, Fingerprint: id},
	}
}

// together applies commands as one, and fails the test if they cannot be.
func (f *fixture) together(t testing.TB, w queued.Writer, commands ...queued.Command) {
	t.Helper()
	if n, err := w.Together(t.Context(), commands); n != len(commands) || err != nil {
		t.Fatalf("%d of %d commands were applied as one, %v", n, len(commands), err)
	}
}

// became returns what became of commands, "-" for nothing.
func (f *fixture) became(t testing.TB, commands ...queued.Command) (words []string) {
	t.Helper()
	for _, c := range commands {
		o, err := f.Outcomes.Outcome(t.Context(), c.ID)
		switch {
		case errors.Is(err, queued.ErrNone):
			words = append(words, "-")
		case err != nil:
			t.Fatal(err)
		case o.Refusal != nil:
			words = append(words, string(o.Refusal.Code))
		default:
			words = append(words, "done")
		}
	}
	return words
}

// merged writes commands of one dinner as one: each is judged by what those before it
// did, one that is delivered again changes nothing, and nothing is written of any where
// one cannot be.
func merged(t *testing.T, f *fixture) {
	if f.Merging == nil {
		return
	}
	id, w := f.hot(t, 2), f.writer()
	reserve := func(command string, n int) queued.Command {
		c := f.command(command, id, person(n).ID, queued.ReserveSeat)
		c.Guest = person(n)
		return c
	}
	cancel := f.command("c3", id, person(1).ID, queued.CancelReservation)
	cancel.ReservationID = "reservation-001"
	stale := reserve("c4", 4)
	stale.Call.Versions = []int64{1}
	seen := reserve("c5", 5)
	seen.Call.Versions = []int64{4} // two reservations, and the house is full
	reused := reserve("c8", 6)
	reused.Call.Key, reused.Call.Fingerprint = "c7", "another"
	again := reserve("c7", 1)
	batch := []queued.Command{
		reserve("c1", 1), reserve("c2", 2), reserve("c2b", 2), seen, cancel, stale, again, reserve("c1", 1), reused,
	}
	reused.Call.Person, batch[8].Call.Person = person(1).ID, person(1).ID
	f.together(t, w, batch...)
	want := []string{"done", "done", "already-reserved", "dinner-full", "done", "dinner-changed", "done", "done", "idempotency-key-reuse"}
	if got := f.became(t, batch...); !slices.Equal(got, want) {
		t.Errorf("became %v, want %v", got, want)
	}
	events := f.Outbox()
	slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
	var told []string
	for _, e := range events[1:] {
		told = append(told, e.Type+" "+e.Trace)
	}
	wantTold := []string{
		"Seat Reserved Root=c1", "Seat Reserved Root=c2", "Dinner Full Root=c2", "Reservation Cancelled Root=c3",
		"Seat Reserved Root=c7", "Dinner Full Root=c7",
	}
	if diff := cmp.Diff(wantTold, told); diff != "" {
		t.Errorf("events: -want +got:\n%s", diff)
	}
	// The writer ended before the queue was told, and all come again: as one, or alone.
	before := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State()
	f.together(t, w, batch...)
	for _, c := range batch {
		if err := w.Apply(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	after := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State()
	if got := f.became(t, batch...); !slices.Equal(got, want) || len(f.Outbox()) != len(events) || !cmp.Equal(before, after) {
		t.Errorf("delivered again they became %v with %d events, were %v with %d: %s", got, len(f.Outbox()), want, len(events), cmp.Diff(before, after))
	}
	if places := must[[]dinner.Place](t)(f.Dinners.Places(t.Context(), person(1).ID, "", 10)); len(places) != 1 {
		t.Errorf("one who cancelled and reserved again has the places %v", places)
	}
	mergedRefused(t, f, w, id)
}

// mergedRefused merges commands of which one person asked to be forgotten, and such as
// no dinner is there for.
func mergedRefused(t *testing.T, f *fixture, w queued.Writer, id string) {
	if err := f.guests.Forget(t.Context(), "leaver"); err != nil {
		t.Fatal(err)
	}
	cancel := f.command("d1", id, person(2).ID, queued.CancelReservation)
	cancel.ReservationID = "reservation-002"
	late := f.command("d2", id, "leaver", queued.ReserveSeat)
	late.Guest = dinner.Guest{ID: "leaver", Name: "Gone"}
	events := len(f.Outbox())
	if n, err := w.Together(t.Context(), []queued.Command{cancel, late}); n != 2 || !refusal.Is(err, refusal.Forgotten) {
		t.Errorf("with one who asked to be forgotten: %d, %v", n, err)
	}
	if got := f.became(t, cancel, late); !slices.Equal(got, []string{"-", "-"}) || len(f.Outbox()) != events || f.seatsLeft(t, id) != 0 {
		t.Errorf("of what could not be written, something was: %v", got)
	}
	for _, c := range []queued.Command{cancel, late} {
		if err := w.Apply(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.became(t, cancel, late); !slices.Equal(got, []string{"done", "guest-forgotten"}) {
		t.Errorf("one by one they became %v", got)
	}
	used, known := f.command("d5", id, person(1).ID, queued.ConfirmNumber), f.command("d6", id, person(1).ID, queued.ReserveSeat)
	known.Call.Key, known.Guest = "c1", person(1) // of what was written as one
	f.together(t, w, used, known)
	if got := f.became(t, used, known); !slices.Equal(got, []string{"not-the-host", "idempotency-key-reuse"}) {
		t.Errorf("under a key that was used: %v", got)
	}
	old, nowhere := f.command("d3", "nowhere", person(1).ID, queued.ConfirmNumber), f.command("d4", "nowhere", person(1).ID, queued.ConfirmNumber)
	old.AcceptedAt = f.now().Add(-CallRetention - time.Second)
	f.together(t, w, old, nowhere)
	if got := f.became(t, old, nowhere); !slices.Equal(got, []string{"command-too-old", "not-found"}) {
		t.Errorf("of no dinner: %v", got)
	}
	f.advance(CallRetention + time.Second) // and what became of them is kept no longer
	f.together(t, w, used, known)
	if got := f.became(t, used, known); !slices.Equal(got, []string{"command-too-old", "command-too-old"}) {
		t.Errorf("after their time: %v", got)
	}
}

// Merged sends random commands for one dinner to two stores: one applies each alone, the
// other as many at once as come. Neither can be told from the other afterwards.
func Merged(t *testing.T, o Open) {
	rapid.Check(t, func(r *rapid.T) {
		alone, merging := open(t, o), open(t, o)
		seats := rapid.IntRange(1, 4).Draw(r, "seats")
		id := alone.hot(t, seats)
		_ = merging.hot(t, seats)
		one, many := alone.writer(), merging.writer()
		held := map[string]string{}
		var batch, all []queued.Command
		flush := func() {
			for rest := batch; len(rest) > 0; {
				n, err := many.Together(t.Context(), rest)
				if n == 0 && err == nil {
					n, err = 1, many.Apply(t.Context(), rest[0])
				}
				if err != nil {
					r.Fatal(err)
				}
				rest = rest[n:]
			}
			batch = nil
		}
		for n := range rapid.IntRange(2, 24).Draw(r, "commands") {
			g := person(rapid.IntRange(0, 4).Draw(r, "guest"))
			operation := rapid.SampledFrom([]string{
				queued.ReserveSeat, queued.ReserveSeat, queued.ReserveSeat, queued.CancelReservation, queued.CancelReservation, queued.ConfirmNumber,
			}).Draw(r, "operation")
			if operation == queued.ConfirmNumber && n > 12 { // seldom, for nothing follows it
				g.ID = host.ID
			}
			c := alone.command(fmt.Sprintf("c%02d", n), id, g.ID, operation)
			switch kind := rapid.IntRange(0, 9).Draw(r, "kind"); {
			case kind == 0 && len(all) > 0: // comes again
				c = rapid.SampledFrom(all).Draw(r, "again")
			case kind == 1 && len(all) > 0: // under a key that was used
				c.Call.Key = rapid.SampledFrom(all).Draw(r, "used").Call.Key
			case kind == 2: // on what the sender saw
				c.Call.Versions = []int64{rapid.Int64Range(1, 6).Draw(r, "version")}
			}
			if c.Guest = g; c.Call.Operation == queued.CancelReservation && c.ReservationID == "" {
				c.ReservationID = held[g.ID]
			}
			batch, all = append(batch, c), append(all, c)
			if err := one.Apply(t.Context(), c); err != nil {
				r.Fatal(err)
			}
			if d, err := alone.Dinners.Get(t.Context(), id); err == nil {
				if h, ok := d.ReservationOf(g.ID); ok {
					held[g.ID] = h.ID
				}
			}
			if rapid.IntRange(0, 5).Draw(r, "batch ends") == 0 {
				flush()
			}
		}
		flush()
		if diff := cmp.Diff(alone.everything(t, id, all), merging.everything(t, id, all)); diff != "" {
			r.Fatalf("-alone +merged:\n%s", diff)
		}
	})
}

// everything is what a store has of a dinner: what became of commands for it, its state,
// its guests' places and its events, but for the ids of these.
func (f *fixture) everything(t *testing.T, id string, commands []queued.Command) map[string]any {
	all := map[string]any{"state": must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State()}
	for _, c := range commands {
		all[c.ID] = must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), c.ID))
	}
	for n := range 5 {
		all[person(n).ID] = must[[]dinner.Place](t)(f.Dinners.Places(t.Context(), person(n).ID, "", 10))
	}
	for _, e := range f.Outbox() {
		all[fmt.Sprintf("event %d", e.Version)] = strings.Join([]string{e.Type, e.Source, e.AggregateID, e.Trace, e.OccurredAt.String(), string(e.Data)}, " ")
	}
	return all
}
