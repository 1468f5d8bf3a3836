// Package queued takes commands now and applies them later: the door puts them on a
// queue that keeps the order of each dinner's commands, a writer takes them off in
// batches and applies them by the same use cases, and their outcomes are kept for
// whoever sent them.
//
// Choose it where commands come faster than the store should be written, or many at
// once for one dinner: the queue evens them out, and since it hands out one
// dinner's commands one after the other, they never meet in the store. A client
// is not told the outcome, it has to ask for it.
//
// # Together
//
// Commands of one dinner that come in one batch are applied to it in memory, in order,
// by the use cases that apply one, and written as one: the dinner once, and all events,
// records and outcomes with it, or nothing. Where that fails, as it does because of one
// of them, each is applied alone. The more come at once, the fewer writes each takes;
// while none waits for another, each is written as if there were no others.
//
// # Once, and in order
//
// A command is known by the call that it is: person, operation and key. The queue
// drops a repetition within five minutes, the record of the call that is written
// together with what the command changed makes later ones change nothing, and a
// command that is older than that record is kept is refused. An outcome is final:
// whoever wants to try again sends a new key. A refusal is therefore recorded with the
// call too, in one write: of two deliveries at once, which the queue hands out when the
// first takes longer than it is invisible, one could find the cut-off passed while the
// other, of an earlier minute, still writes.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
package queued

import (
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
)

// The commands that are queued, by the names of their operations. Forget Me is not
// among them: whoever asks for that is told when it is done.
const (
	CreateDinner      = "Create Dinner"
	ReserveSeat       = "Reserve Seat"
	ConfirmNumber     = "Confirm Number"
	CancelReservation = "Cancel Reservation"
)

// Command is what somebody asked for. Its Call is always one that is recorded.
type Command struct {
	// ID stands for the call and everything that was sent with it.
	ID string `json:"id"`
	// DinnerID is the dinner that it changes, or the one that it opens. Commands of
	// one dinner are applied in the order in which they came.
	DinnerID string    `json:"dinnerId"`
	Call     once.Call `json:"call"`
	// AcceptedAt is when the door took it.
	AcceptedAt time.Time `json:"acceptedAt"`
	Trace      string    `json:"trace,omitempty"`
	// What the operation works with; the others are zero.
	Host          dinner.Host  `json:"host,omitzero"`
	Plan          dinner.Plan  `json:"plan,omitzero"`
	Guest         dinner.Guest `json:"guest,omitzero"`
	ReservationID string       `json:"reservationId,omitempty"`
}
