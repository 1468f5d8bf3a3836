package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

func outcomes(t *testing.T, f *fixture) {
	if f.Outcomes == nil {
		return
	}
	if _, err := f.Outcomes.Outcome(t.Context(), "c1"); !errors.Is(err, queued.ErrNone) {
		t.Errorf("of no command: %v", err)
	}
	want := queued.Outcome{
		Operation: queued.ReserveSeat, At: noon,
		Refusal: &refusal.Error{Code: refusal.Invalid, Detail: "no", Fields: []refusal.Field{{Name: "guestName", Problem: "is missing"}}},
	}
	for id, person := range map[string]string{"c1": "anna", "c2": "ben", "c3": ""} {
		if err := f.Outcomes.Put(t.Context(), queued.Command{ID: id, Call: call(person, queued.ReserveSeat, id)}, person, want); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Outcomes.Put(t.Context(), queued.Command{ID: "c1"}, "anna", queued.Outcome{Operation: queued.ReserveSeat, At: noon}); err != nil {
		t.Fatal(err)
	}
	got, err := f.Outcomes.Outcome(t.Context(), "c1") // the first one stays
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, differs: %s", err, diff)
	}
	if err := f.Guests.Erase(t.Context(), "anna"); err != nil {
		t.Fatal(err)
	}
	for id, there := range map[string]bool{"c1": false, "c2": true, "c3": true} {
		if _, err := f.Outcomes.Outcome(t.Context(), id); errors.Is(err, queued.ErrNone) == there {
			t.Errorf("%s of one who was erased, another and nobody: %v", id, err)
		}
	}
	f.advance(CallRetention + time.Second)
	if _, err := f.Outcomes.Outcome(t.Context(), "c2"); !errors.Is(err, queued.ErrNone) {
		t.Errorf("after its time: %v", err)
	}
}

// queuedCommands applies commands as a writer does: each once however often it
// comes, under the same rules, and none that is too old to be told from a repetition.
func queuedCommands(t *testing.T, f *fixture) {
	if f.Outcomes == nil {
		return
	}
	w := queued.Writer{Dinners: f.commands, Outcomes: f.Outcomes, Keep: CallRetention, Now: f.now}
	var sent []queued.Command
	door := queued.Door{
		Queue: queueOf(func(c queued.Command) { sent = append(sent, c) }), Outcomes: f.Outcomes, Key: noKey,
		NewID: f.newID, Keep: CallRetention, Now: f.now,
	}
	accept := func(c queued.Command) queued.Command { return must[queued.Command](t)(door.Accept(t.Context(), c)) }
	apply := func(c queued.Command) queued.Outcome {
		t.Helper()
		if err := w.Apply(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), c.ID))
	}
	create := queued.Command{Call: call("host", queued.CreateDinner, "k"), Host: host, Plan: plan(1, 0)}
	opened := accept(create)
	f.advance(time.Second)
	if again := accept(create); again.ID != opened.ID || again.DinnerID != opened.DinnerID {
		t.Errorf("the same call is %s of %s and then %s of %s", opened.ID, opened.DinnerID, again.ID, again.DinnerID)
	}
	if len(sent) != 2 {
		t.Fatalf("sent %v", sent)
	}
	for range 2 {
		if o := apply(opened); o.Refusal != nil || string(o.Answer) != `{"dinnerId":"`+opened.DinnerID+`"}` {
			t.Fatalf("opened: %+v", o)
		}
	}
	reserve := func(n int) queued.Command {
		return accept(queued.Command{DinnerID: opened.DinnerID, Call: call(person(n).ID, queued.ReserveSeat, "k"), Guest: person(n)})
	}
	first, second := reserve(1), reserve(2)
	if o := apply(first); o.Refusal != nil {
		t.Errorf("reserved: %+v", o)
	}
	o := apply(second)
	if o.Refusal == nil || o.Refusal.Code != refusal.DinnerFull || o.Answer != nil {
		t.Errorf("the second guest for one seat: %+v", o)
	}
	// A seat becomes free, and a late delivery of what was refused takes it not.
	if err := w.Apply(t.Context(), second); err != nil || f.seatsLeft(t, opened.DinnerID) != 0 {
		t.Errorf("delivered again: %v", err)
	}
	d := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), opened.DinnerID))
	cancel := accept(queued.Command{
		DinnerID: opened.DinnerID, ReservationID: d.State().Reservations[0].ID, Call: call(person(1).ID, queued.CancelReservation, ""),
	})
	if o := apply(cancel); o.Refusal != nil {
		t.Errorf("cancelled: %+v", o)
	}
	if again := apply(second); again.Refusal == nil || f.seatsLeft(t, opened.DinnerID) != 1 {
		t.Errorf("an outcome is final, and became %+v", again)
	}
	late := reserve(3)
	f.advance(CallRetention + time.Second)
	if o := apply(late); o.Refusal == nil || o.Refusal.Code != refusal.TooOld || f.seatsLeft(t, opened.DinnerID) != 1 {
		t.Errorf("after its time: %+v", o)
	}
}

// queueOf is a queue that hands commands to a function.
type queueOf func(queued.Command)

// Send implements queued.Queue.
func (q queueOf) Send(_ context.Context, c queued.Command) error { q(c); return nil }

func noKey(context.Context) ([]byte, error) { return make([]byte, 32), nil }

func (f *fixture) seatsLeft(t *testing.T, id string) int {
	t.Helper()
	return must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).SeatsLeft()
}

func call(person, operation, key string) once.Call {
	return once.Call{Person: person, Operation: operation, Key: key, Fingerprint: once.Fingerprint([]byte(operation))}
}
