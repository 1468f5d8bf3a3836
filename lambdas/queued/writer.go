package queued

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Writer applies commands.
type Writer struct {
	Dinners dinner.Commands
	// Reserve makes a reservation where Dinners does not; nil where it does.
	Reserve  func(ctx context.Context, call once.Call, dinnerID string, guest dinner.Guest) (dinner.ReserveAnswer, error)
	Outcomes Outcomes
	// Merging writes what several commands change as one; nil where each is written.
	Merging Merging
	// Keep is how long the record of a call is kept. A command that is older is
	// refused: a repetition could not be told from it any more.
	Keep time.Duration
	// Now returns the present time.
	Now func() time.Time
}

// Apply applies a command, unless it was before, and keeps its outcome. An error
// means that it is not known what became of it, and that it has to be tried again.
func (w Writer) Apply(ctx context.Context, c Command) error {
	_, err := w.Outcomes.Outcome(ctx, c.ID)
	if err == nil {
		return nil // a repetition, or a delivery more
	}
	if !errors.Is(err, ErrNone) {
		return err
	}
	err = w.put(ctx, c, w.inTime)
	if errors.Is(err, ErrDone) {
		return w.put(ctx, c, w.apply) // which answers what is recorded, however late
	}
	return err
}

// put applies a command and keeps its outcome.
func (w Writer) put(ctx context.Context, c Command, apply apply) error {
	o, person, err := w.outcome(ctx, c, apply)
	if err != nil {
		return err
	}
	return w.Outcomes.Put(ctx, c, person, o)
}

// apply applies a command and returns its answer.
type apply func(context.Context, Command) (json.RawMessage, error)

// outcome applies a command and returns what became of it and whose it is: nobody's, of
// one who asked to be forgotten. An error means that it is not known.
func (w Writer) outcome(ctx context.Context, c Command, apply apply) (o Outcome, person string, err error) {
	o, person = Outcome{Operation: c.Call.Operation}, c.Call.Person
	answer, err := apply(event.WithTrace(ctx, c.Trace), c)
	var refused *refusal.Error
	switch {
	case err == nil:
		o.Answer = answer
	case !errors.As(err, &refused) || refused.Code == refusal.Busy:
		return o, person, err
	default:
		o.Refusal = refused
	}
	if refusal.Is(err, refusal.Forgotten) {
		person = "" // nothing that is kept leads to them any more
	}
	o.At = w.Now().UTC()
	return o, person, nil
}

// inTime applies a command unless it waited too long.
func (w Writer) inTime(ctx context.Context, c Command) (json.RawMessage, error) {
	if w.Now().After(c.AcceptedAt.Add(w.Keep)) {
		return nil, refusal.New(refusal.TooOld, "the command was accepted at %s and could not be applied within %v; send it again under a new key",
			c.AcceptedAt.Format(time.RFC3339), w.Keep)
	}
	return w.apply(ctx, c)
}

func (w Writer) apply(ctx context.Context, c Command) (json.RawMessage, error) {
	switch c.Call.Operation {
	case CreateDinner:
		d := w.Dinners
		d.NewID = func() string { return c.DinnerID }
		return encoded(d.Create(ctx, c.Call, c.Host, c.Plan))
	case ReserveSeat:
		reserve := w.Reserve
		if reserve == nil {
			reserve = w.Dinners.Reserve
		}
		return encoded(reserve(ctx, c.Call, c.DinnerID, c.Guest))
	case ConfirmNumber:
		return encoded(w.Dinners.Confirm(ctx, c.Call, c.DinnerID, c.Call.Person))
	case CancelReservation:
		return nil, w.Dinners.Cancel(ctx, c.Call, c.DinnerID, c.ReservationID, c.Call.Person)
	}
	return nil, fmt.Errorf("%q is no command that is queued", c.Call.Operation)
}

func encoded[T any](answer T, err error) (json.RawMessage, error) {
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}
