package queued

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fulcrum/lambdas/refusal"
)

// Outcome is what became of a command: an answer, or a refusal.
type Outcome struct {
	Operation string `json:"operation"`
	// Answer is what the command answers, a JSON object; empty if it was refused or
	// has no answer.
	Answer json.RawMessage `json:"answer,omitempty"`
	// Refusal says why it was not applied; nil if it was.
	Refusal *refusal.Error `json:"refusal,omitempty"`
	At      time.Time      `json:"at"`
}

// ErrNone says that there is no outcome yet, or no longer.
var ErrNone = errors.New("no outcome")

// Final reports whether an outcome is a refusal that has to be recorded with the
// command's call, so that no delivery that is still under way does it after all. The call
// of a key that was used before has the record of another request, and of whoever asked
// to be forgotten nothing is recorded.
func (o Outcome) Final() bool {
	return o.Refusal != nil && o.Refusal.Code != refusal.KeyReused && o.Refusal.Code != refusal.Forgotten
}

// ErrDone says that a command is recorded as done, so that it cannot be refused.
var ErrDone = errors.New("another delivery of the command has done it")

// Outcomes keeps what became of commands, each for as long as a call can be repeated.
type Outcomes interface {
	// Put keeps the outcome of a command, as a person's; as nobody's if person is empty,
	// so that it stays when they are erased. One that is kept already stays: of two
	// deliveries at once the later one may find what the first has changed. A final
	// refusal is recorded with the command's call; Put fails with ErrDone if that was done.
	Put(ctx context.Context, c Command, person string, o Outcome) error
	// Outcome returns it, or ErrNone.
	Outcome(ctx context.Context, commandID string) (Outcome, error)
}
