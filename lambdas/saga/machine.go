package saga

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/oklog/ulid/v2"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Patience is how long a caller waits for the machine: less than a front door waits
// for the caller. The machine goes on, and the call can be repeated.
const Patience = 8 * time.Second

// Machine makes reservations by running the state machine.
//
// It is an Express one, run synchronously: a run costs about a millionth of a
// dollar and its time, where a Standard one costs 25 millionths for each of half a
// dozen transitions, and it answers within the call. What a Standard one has
// besides, a run that survives and happens exactly once, the steps do without: they
// can be repeated, and a hold lapses.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
type Machine struct {
	Client *sfn.Client
	ARN    string
	// NewID names a reservation whose call has no key to repeat it by.
	NewID func() string
}

// Reserve makes a reservation: the command Reserve Seat.
func (m Machine) Reserve(ctx context.Context, call once.Call, dinnerID string, g dinner.Guest) (dinner.ReserveAnswer, error) {
	input, err := json.Marshal(Request{
		DinnerID: dinnerID, ReservationID: m.reservationID(call), Guest: g, Call: call, Trace: event.Trace(ctx),
	})
	if err != nil {
		return dinner.ReserveAnswer{}, err
	}
	ctx, stop := context.WithTimeout(ctx, Patience)
	defer stop()
	run, err := m.Client.StartSyncExecution(ctx, &sfn.StartSyncExecutionInput{
		StateMachineArn: &m.ARN, Input: aws.String(string(input)),
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return dinner.ReserveAnswer{}, refusal.New(refusal.Busy, "the reservation takes long; send it again under the same key to learn its outcome")
	}
	if err != nil {
		return dinner.ReserveAnswer{}, fmt.Errorf("reservation in dinner %s: %w", dinnerID, err)
	}
	if run.Status != types.SyncExecutionStatusSucceeded {
		return dinner.ReserveAnswer{}, refusal.New(refusal.Busy, "the reservation did not go through and no seat is held; send it again under the same key")
	}
	var out Output
	if err := json.Unmarshal([]byte(aws.ToString(run.Output)), &out); err != nil {
		return dinner.ReserveAnswer{}, fmt.Errorf("output of run %s: %w", aws.ToString(run.ExecutionArn), err)
	}
	switch {
	case out.Refusal != nil:
		return dinner.ReserveAnswer{}, out.Refusal
	case out.Answer == nil:
		return dinner.ReserveAnswer{}, fmt.Errorf("run %s ended with %q and no answer", aws.ToString(run.ExecutionArn), out.Outcome)
	}
	return *out.Answer, nil
}

// reservationID is the same for the same call, so that a repetition finds what was
// made, and another for another request under the same key, so that refusing it
// undoes nothing.
func (m Machine) reservationID(call once.Call) string {
	if !call.Recorded() {
		return m.NewID()
	}
	return ReservationID(call)
}

// Definition is the machine in the Amazon States Language.
//
//go:embed reservation.asl.json
var Definition []byte

// ReservationID is the id of the reservation that a call with a key makes.
func ReservationID(call once.Call) string {
	digest := sha256.Sum256([]byte(call.ID() + call.Fingerprint))
	return ulid.ULID(digest[:16]).String()
}
