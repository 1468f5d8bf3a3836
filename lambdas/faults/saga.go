package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"fulcrum/lambdas/asl"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/saga"
)

// machine is the state machine that makes reservations, and its runs.
type machine struct {
	definition *asl.Machine
	runs       int
	// released are the runs that gave their seat back, by their attempt; aside are the
	// holds that could not be given back, in the machine's dead letters.
	released map[string]bool
	aside    []saga.Input
}

func newMachine() (*machine, error) {
	definition, err := asl.Read(saga.Definition)
	return &machine{definition: definition, released: map[string]bool{}}, err
}

// reserve makes a reservation by a run of the machine, as the API does. A process that
// is killed takes the run with it, which is worse than what Step Functions does.
func (w *world) reserve(ctx context.Context, call once.Call, dinnerID string, g dinner.Guest) (dinner.ReserveAnswer, error) {
	m := w.saga
	m.runs++
	attempt := "run-" + strconv.Itoa(m.runs)
	waited := time.Duration(0)
	runner := asl.Runner{
		Machine: m.definition, Random: w.dice.Float64,
		Task: func(ctx context.Context, resource string, input any) (any, error) {
			return w.task(ctx, resource, input)
		},
		Now: func() time.Time { return w.now.Add(waited) }, Sleep: func(d time.Duration) { waited += d; w.pause() },
	}
	id := saga.ReservationID(call)
	if w.running != nil && w.running.command != nil {
		w.running.command.ids[id] = true
	}
	got, err := runner.Run(ctx, attempt, plain(saga.Request{DinnerID: dinnerID, ReservationID: id, Guest: g, Call: call}))
	if err != nil {
		w.trace("run failed: "+err.Error(), dinnerID)
		return dinner.ReserveAnswer{}, refusal.New(refusal.Busy, "the reservation did not go through")
	}
	var out saga.Output
	text, err := json.Marshal(got)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	switch {
	case err != nil:
		return dinner.ReserveAnswer{}, err
	case out.Refusal != nil:
		return dinner.ReserveAnswer{}, out.Refusal
	case out.Answer == nil:
		return dinner.ReserveAnswer{}, fmt.Errorf("run %s ended with %q and no answer", attempt, out.Outcome)
	}
	return *out.Answer, nil
}

// task does what the machine asks for: a step, in a function that may fail before or
// after it, or a message to the dead letters.
func (w *world) task(ctx context.Context, resource string, input any) (any, error) {
	document, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	if resource != "${Steps}" {
		var message struct{ MessageBody saga.Input }
		if err := json.Unmarshal(document, &message); err != nil {
			return nil, err
		}
		return map[string]any{}, w.around("set aside", func() error {
			w.saga.aside = append(w.saga.aside, message.MessageBody)
			return nil
		})
	}
	var in saga.Input
	if err := json.Unmarshal(document, &in); err != nil {
		return nil, err
	}
	if w.broken.sagaReleasesNothing && in.Step == "release" {
		w.saga.released[in.Attempt] = true
		return plain(saga.Output{Outcome: "released"}), nil
	}
	w.pause()
	if w.dice.fault(Crash) {
		w.trace("the step's function ends before "+in.Step, in.DinnerID)
		return nil, errTimeout
	}
	out, err := w.sagaSteps().Handle(ctx, in)
	w.pause()
	if w.dice.fault(LostAnswer) {
		w.trace("answer lost: "+in.Step, in.DinnerID)
		return nil, context.DeadlineExceeded
	}
	if err == nil && in.Step == "release" {
		w.saga.released[in.Attempt] = true
	}
	var named messages.InvokeResponse_Error
	if errors.As(err, &named) {
		return nil, &asl.Error{Name: named.Type, Cause: named.Message}
	}
	return plain(out), err
}

func (w *world) sagaSteps() saga.Steps {
	dinners := dinner.Commands{Dinners: w.stores.Dinners, Now: w.clock, NewID: w.newID}
	return saga.Steps{Dinners: dinners, Guests: guest.Commands{Guests: w.stores.Guests, Dinners: dinners, Now: w.clock}}
}

// releaseAside gives back what the machine set aside, as whoever redrives it does.
func (w *world) releaseAside() int {
	aside := w.saga.aside
	w.saga.aside = nil
	for _, in := range aside {
		in.Step = "release"
		if _, err := w.sagaSteps().Handle(w.ctx, in); err != nil {
			w.violate(in.DinnerID, "what was set aside cannot be given back: %v", err)
		}
	}
	return len(aside)
}

// checkHolds holds that no run that gave its seat back holds one, and that a seat whose
// run was lost can be had again once its hold has lapsed.
func (w *world) checkHolds(s dinner.State) {
	if w.saga == nil {
		return
	}
	for _, r := range s.Reservations {
		if r.Hold != nil && w.saga.released[r.Hold.Attempt] {
			w.violate(s.ID, "a seat of dinner %s is still held by %s, which gave it back", s.ID, r.Hold.Attempt)
		}
	}
	later := w.now.Add(dinner.HoldFor + maxSkew)
	if s.Status != dinner.Open || !later.Before(s.ConfirmBy) {
		return
	}
	d := dinner.FromState(s)
	for n := range d.SeatsLeft() {
		id := fmt.Sprintf("latecomer-%d", n)
		if err := d.Reserve(later, id, dinner.Guest{ID: id, Name: "Latecomer"}); err != nil {
			w.violate(s.ID, "a seat of dinner %s stays held: %v", s.ID, err)
			return
		}
	}
}

// maxSkew is how wrong a clock can be.
const maxSkew = 2 * time.Minute

// plain is a value as JSON's types.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of this module, and can be written
	}
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		panic(err)
	}
	return doc
}
