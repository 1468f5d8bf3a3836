// Package saga makes a reservation in steps that a state machine runs one after the
// other, beside the way of package dinner, which does it in one transaction.
//
// The steps are Hold, Check and Book; Release undoes Hold. Booking is the pivot:
// what comes before it can be undone, and after it the reservation stands. Each
// step can be repeated, and a hold lapses by itself, so that whatever fails, a
// machine that is lost included, no seat stays held.
//
// The machine is reservation.asl.json.
package saga

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/telemetry"
)

// Request is what a run of the machine begins with.
type Request struct {
	DinnerID string `json:"dinnerId"`
	// ReservationID is the same for a call that is repeated.
	ReservationID string       `json:"reservationId"`
	Guest         dinner.Guest `json:"guest"`
	Call          once.Call    `json:"call"`
	Trace         string       `json:"trace"`
}

// Input is what the machine gives a step: the parts of the request that it needs.
type Input struct {
	// Step is "hold", "check", "book" or "release".
	Step string `json:"step"`
	// Attempt names the run of the machine.
	Attempt string `json:"attempt"`
	Request
}

// Output is what a step answers, and the machine at its end.
type Output struct {
	// Outcome is "held", "made" for a reservation that was made before, "known",
	// "booked", "released" or "refused".
	Outcome string                `json:"outcome"`
	Answer  *dinner.ReserveAnswer `json:"answer,omitempty"`
	Refusal *refusal.Error        `json:"refusal,omitempty"`
}

// Steps does the steps.
type Steps struct {
	Dinners dinner.Commands
	Guests  guest.Commands
}

// Handle does one step. What the domain refuses is an outcome; an error is worth
// trying again.
func (s Steps) Handle(ctx context.Context, in Input) (Output, error) {
	ctx = event.WithTrace(ctx, in.Trace)
	out, err := s.do(ctx, in)
	var refused *refusal.Error
	if errors.As(err, &refused) && refused.Code != refusal.Busy {
		return Output{Outcome: "refused", Refusal: refused}, nil
	}
	if refused != nil {
		// The name that retriers and catchers see.
		return Output{}, messages.InvokeResponse_Error{Type: "Busy", Message: refused.Detail}
	}
	return out, err
}

// Measured returns Handle with a record of each step: its outcome and its time.
func (s Steps) Measured(metrics telemetry.Metrics) func(context.Context, Input) (Output, error) {
	return func(ctx context.Context, in Input) (Output, error) {
		start := time.Now()
		out, err := s.Handle(ctx, in)
		outcome := telemetry.Success
		switch {
		case err != nil:
			outcome = telemetry.Fault
			slog.ErrorContext(ctx, "step failed", "step", in.Step, "dinnerId", in.DinnerID, "reservationId", in.ReservationID, "attempt", in.Attempt, "error", err)
		case out.Refusal != nil:
			outcome = telemetry.Refused
		}
		metrics.Record(ctx, "Reserve Seat: "+in.Step, outcome, time.Since(start), "reservationId", in.ReservationID)
		return out, err
	}
}

func (s Steps) do(ctx context.Context, in Input) (Output, error) {
	switch in.Step {
	case "hold":
		made, err := s.Dinners.Hold(ctx, in.Call, in.DinnerID, in.ReservationID, in.Attempt, in.Guest)
		if made {
			return Output{Outcome: "made"}, err
		}
		return Output{Outcome: "held"}, err
	case "check":
		return Output{Outcome: "known"}, s.Guests.Check(ctx, in.Guest.ID)
	case "book":
		answer, err := s.Dinners.Book(ctx, in.Call, in.DinnerID, in.ReservationID, in.Attempt, in.Guest)
		return Output{Outcome: "booked", Answer: &answer}, err
	case "release":
		return Output{Outcome: "released"}, s.Dinners.Release(ctx, in.DinnerID, in.ReservationID, in.Attempt)
	}
	return Output{}, errors.New("unknown step " + in.Step)
}
