package queued

import (
	"context"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// MostMerged is how many commands are written as one at the most. One takes up to six
// items: the record of its call, its outcome, a place with a check that its person did
// not leave, and two events. So many and their dinner are 97 of the 100 that a
// transaction may have, and far from its 4 MB: the largest of them, a dinner and its
// confirmation, tell of 200 guests.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const MostMerged = 16

// Merging writes what several commands change about one dinner as one.
type Merging interface {
	// Merge loads what is known of a dinner and of commands for it, has apply make steps
	// of them, and writes all steps or none: the dinner as the last one left it, and the
	// events, the record of the call and the outcome of each. It writes nothing that was
	// not decided on the dinner as it is then; apply may run again if others write at the
	// same time. An error of apply is returned as it is.
	Merge(ctx context.Context, dinnerID string, commands []Command, apply func(Known) ([]Step, error)) error
}

// Known is what a store has of a dinner and of commands for it.
type Known struct {
	// Dinner is nil if there is none.
	Dinner *dinner.State
	// Calls are the records of the commands' calls, by the call's id, and Outcomes the
	// commands that something has become of, by their ids. Both are apply's to change.
	Calls    map[string]once.Record
	Outcomes map[string]bool
}

// Step is what one command did.
type Step struct {
	Command Command
	// Dinner is the dinner with what the command changed and raised, read as the step
	// before it left it; nil for a command that was refused, or whose call was recorded
	// before. Answer is then to be recorded with the call.
	Dinner *dinner.Dinner
	Answer []byte
	// Outcome is what became of it, to be kept as Person's: nobody's if that is empty. A
	// final refusal is to be recorded with the call.
	Outcome Outcome
	Person  string
}

// Together applies the first commands of one dinner that can be one, in order, and
// returns how many those are: at least two, or none. An error means that it is not known
// what became of any; each can be applied alone.
func (w Writer) Together(ctx context.Context, commands []Command) (int, error) {
	n := 0
	for n < min(len(commands), MostMerged) && w.merges(commands[n]) && commands[n].DinnerID == commands[0].DinnerID {
		n++
	}
	if n < 2 {
		return 0, nil
	}
	commands = commands[:n]
	return n, w.Merging.Merge(ctx, commands[0].DinnerID, commands, func(k Known) ([]Step, error) { return w.steps(ctx, k, commands) })
}

// merges reports whether a command does nothing but change a dinner that is there: one
// that opens a dinner has nothing to wait for, and what a process of several steps
// reserves is written step by step.
func (w Writer) merges(c Command) bool {
	switch c.Call.Operation {
	case ReserveSeat:
		return w.Merging != nil && w.Reserve == nil
	case ConfirmNumber, CancelReservation:
		return w.Merging != nil
	}
	return false
}

// steps applies commands to what is known, by the use cases that apply one.
func (w Writer) steps(ctx context.Context, known Known, commands []Command) ([]Step, error) {
	l := &ledger{Repository: w.Dinners.Dinners, known: known}
	w.Dinners.Dinners = l
	var steps []Step
	for _, c := range commands {
		if known.Outcomes[c.ID] {
			continue // a repetition, or a delivery more
		}
		l.step = Step{Command: c}
		apply := w.inTime
		if _, recorded := known.Calls[c.Call.ID()]; recorded {
			apply = w.apply // which answers that, however late
		}
		var err error
		if l.step.Outcome, l.step.Person, err = w.outcome(ctx, c, apply); err != nil {
			return nil, err
		}
		known.Outcomes[c.ID] = true
		if l.step.Outcome.Final() {
			known.Calls[c.Call.ID()] = once.Record{Fingerprint: c.Call.Fingerprint, Refusal: l.step.Outcome.Refusal}
		}
		steps = append(steps, l.step)
	}
	return steps, nil
}

// ledger is the dinner.Repository of commands that are not written yet: each finds what
// those before it did. It keeps what a command does as its step.
type ledger struct {
	dinner.Repository
	known Known
	step  Step
}

// Update implements dinner.Repository for the dinner that is known.
func (l *ledger) Update(_ context.Context, id string, call once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	if r, recorded := l.known.Calls[call.ID()]; recorded {
		return r.Replay(call)
	}
	if l.known.Dinner == nil {
		return nil, refusal.New(refusal.NotFound, "there is no dinner %s", id)
	}
	d := dinner.FromState(*l.known.Dinner)
	answer, err := change(d)
	if err != nil {
		return nil, err
	}
	left := d.State()
	l.known.Dinner, l.known.Calls[call.ID()] = &left, once.Record{Fingerprint: call.Fingerprint, Answer: answer}
	l.step.Dinner, l.step.Answer = d, answer
	return answer, nil
}
