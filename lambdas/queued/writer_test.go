package queued_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// told keeps commands and outcomes; err is what it answers to who asks for an outcome.
type told struct {
	commands []queued.Command
	outcomes map[string]queued.Outcome
	persons  map[string]string
	err      error
}

func (k *told) Send(_ context.Context, c queued.Command) error {
	k.commands = append(k.commands, c)
	return nil
}

func (k *told) Put(_ context.Context, c queued.Command, person string, o queued.Outcome) error {
	k.outcomes[c.ID], k.persons[c.ID] = o, person
	return nil
}

func (k *told) Outcome(_ context.Context, id string) (queued.Outcome, error) {
	if o, ok := k.outcomes[id]; ok {
		return o, nil
	}
	return queued.Outcome{}, k.err
}

// TestAccept wants a repetition to be known by the same id and dinner, another request
// under its key by another, and what was traced to be so on the other side.
func TestAccept(t *testing.T) {
	k := &told{}
	d := queued.Door{
		Queue: k, NewID: func() string { return "new" }, Now: time.Now,
		Key: func(context.Context) ([]byte, error) { return make([]byte, 32), nil },
	}
	accept := func(call once.Call) queued.Command {
		t.Helper()
		c, err := d.Accept(event.WithTrace(t.Context(), "Root=1"), queued.Command{Call: call})
		if err != nil || c.Trace != "Root=1" || c.DinnerID == "" || len(k.commands) == 0 || k.commands[len(k.commands)-1].ID != c.ID {
			t.Fatalf("%+v, %v; sent %+v", c, err, k.commands)
		}
		return c
	}
	call := once.Call{Person: "anna", Operation: queued.CreateDinner, Key: "k", Fingerprint: "f"}
	first, again := accept(call), accept(call)
	if first.ID != again.ID || first.DinnerID != again.DinnerID {
		t.Errorf("a repetition is another command: %+v, %+v", first, again)
	}
	for name, change := range map[string]func(*once.Call){
		"another request": func(c *once.Call) { c.Fingerprint = "g" }, "another person": func(c *once.Call) { c.Person = "ben" },
		"another operation": func(c *once.Call) { c.Operation = queued.ReserveSeat }, "another key": func(c *once.Call) { c.Key = "l" },
	} {
		other := call
		change(&other)
		if got := accept(other); got.ID == first.ID || got.DinnerID == first.DinnerID {
			t.Errorf("%s has the id of the first", name)
		}
	}
}

// TestAcceptedAsItIs wants a command to keep the dinner that it names, and one that nobody
// repeats to be recorded under a key of its own.
func TestAcceptedAsItIs(t *testing.T) {
	d := queued.Door{
		Queue: &told{}, NewID: func() string { return "new" }, Now: time.Now,
		Key: func(context.Context) ([]byte, error) { return make([]byte, 32), nil },
	}
	c, err := d.Accept(t.Context(), queued.Command{DinnerID: "d", Call: once.Call{Person: "anna", Operation: queued.ReserveSeat}})
	if err != nil || c.DinnerID != "d" || c.Call.Key != "new" {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestOutcomes wants what may pass to be tried again and not kept as the outcome, a
// forgotten person to have none that leads to them, and nothing to be applied while
// nobody knows whether it was.
func TestOutcomes(t *testing.T) {
	away := errors.New("the table is away")
	for _, x := range []struct {
		name           string
		asked, answers error
		applied, kept  bool
		person         string
	}{
		{"applied", queued.ErrNone, nil, true, true, "anna"},
		{"refused", queued.ErrNone, refusal.New(refusal.DinnerFull, "full"), true, true, "anna"},
		{"refused for now", queued.ErrNone, refusal.New(refusal.Busy, "try again"), true, false, ""},
		{"failed", queued.ErrNone, away, true, false, ""},
		{"of a person who is forgotten", queued.ErrNone, refusal.New(refusal.Forgotten, "gone"), true, true, ""},
		{"the outcomes are away", away, nil, false, false, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			k := &told{outcomes: map[string]queued.Outcome{}, persons: map[string]string{}, err: x.asked}
			c, applied := command("c", "d"), false
			w := queued.Writer{
				Outcomes: k, Keep: time.Hour, Now: func() time.Time { return c.AcceptedAt },
				Reserve: func(context.Context, once.Call, string, dinner.Guest) (dinner.ReserveAnswer, error) {
					applied = true
					return dinner.ReserveAnswer{}, x.answers
				},
			}
			err := w.Apply(t.Context(), c)
			if _, kept := k.outcomes["c"]; kept != x.kept || (err == nil) != x.kept || applied != x.applied || k.persons["c"] != x.person {
				t.Errorf("applied %v, kept %+v of %q, %v", applied, k.outcomes, k.persons["c"], err)
			}
		})
	}
}

// twice is a store in which a dinner is, and which writes nothing.
type twice struct{ steps int }

// Merge implements queued.Merging.
func (m *twice) Merge(_ context.Context, _ string, _ []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	steps, err := apply(queued.Known{Calls: map[string]once.Record{}, Outcomes: map[string]bool{}})
	m.steps = len(steps)
	return err
}

// TestOneOutcome wants a command that was delivered twice in one batch to have one.
func TestOneOutcome(t *testing.T) {
	c, m := command("c", "d"), &twice{}
	w := queued.Writer{Merging: m, Keep: time.Hour, Now: func() time.Time { return c.AcceptedAt }}
	w.Dinners.Now, w.Dinners.NewID = w.Now, func() string { return "new" }
	if n, err := w.Together(t.Context(), []queued.Command{c, c, command("e", "d")}); n != 3 || err != nil || m.steps != 2 {
		t.Errorf("%d commands in %d steps, %v", n, m.steps, err)
	}
}
