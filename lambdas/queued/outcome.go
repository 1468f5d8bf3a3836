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

// Outcomes keeps what became of commands, each for as long as a call can be repeated.
type Outcomes interface {
	// Put keeps the outcome of a command that a person sent; of nobody if person is
	// empty, so that it stays when they are erased. One that is kept already stays:
	// of two deliveries at once the later one may find what the first has changed.
	Put(ctx context.Context, commandID, person string, o Outcome) error
	// Outcome returns it, or ErrNone.
	Outcome(ctx context.Context, commandID string) (Outcome, error)
}
