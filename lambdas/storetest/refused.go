package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
)

// stale are outcomes as they were read before another delivery: none. They are written as
// they are now.
type stale struct{ queued.Outcomes }

func (stale) Outcome(context.Context, string) (queued.Outcome, error) {
	return queued.Outcome{}, queued.ErrNone
}

// lost are outcomes of a delivery that ends before it keeps one.
type lost struct{ queued.Outcomes }

var errLost = errors.New("the delivery is lost")

func (lost) Put(context.Context, queued.Command, string, queued.Outcome) error { return errLost }

// meanwhile are outcomes before the first of which is kept something else happens.
type meanwhile struct {
	queued.Outcomes
	happens func()
}

func (m *meanwhile) Put(ctx context.Context, c queued.Command, person string, o queued.Outcome) error {
	if m.happens != nil {
		m.happens()
		m.happens = nil
	}
	return m.Outcomes.Put(ctx, c, person, o)
}

// deliveries are those of commands for dinners that are there.
type deliveries struct{ *fixture }

// writer returns the writer of a delivery whose clock is at now.
func (d deliveries) writer(now time.Time, outcomes queued.Outcomes) queued.Writer {
	commands := d.commands
	commands.Now = func() time.Time { return now }
	return queued.Writer{Dinners: commands, Outcomes: outcomes, Merging: d.Merging, Keep: 48 * time.Hour, Now: commands.Now}
}

// doneOrRefused wants of a command that two deliveries have at once, of which one finds
// that its time has passed, that it is done and answered or that it is refused and not
// done, whichever comes first.
func doneOrRefused(t *testing.T, f *fixture) {
	if f.Outcomes == nil {
		return
	}
	d := deliveries{f}
	early, late := noon, plan(1, 0).ConfirmBy.Add(time.Second)
	together := func(w queued.Writer, c queued.Command) error { // with a command of nobody's
		other := queued.Command{
			ID: c.ID + "-other", DinnerID: c.DinnerID, Call: call("nobody", queued.CancelReservation, c.ID), ReservationID: "none", AcceptedAt: c.AcceptedAt,
		}
		n, err := w.Together(t.Context(), []queued.Command{c, other})
		if err == nil && n != 2 {
			t.Errorf("%d commands were one", n)
		}
		return err
	}
	alone := func(w queued.Writer, c queued.Command) error { return w.Apply(t.Context(), c) }
	ways := map[string]func(queued.Writer, queued.Command) error{"alone": alone, "together": together}
	for name, deliver := range ways {
		for _, operation := range []string{queued.CreateDinner, queued.ReserveSeat, queued.CancelReservation, queued.ConfirmNumber} {
			if operation == queued.CreateDinner && name == "together" {
				continue // it opens a dinner, for which none else is
			}
			t.Run(operation+", "+name, func(t *testing.T) {
				for _, first := range []string{"done", "done meanwhile", "refused"} {
					c := d.command(t, operation, name+first)
					before := d.events()
					done := func() {
						if err := d.writer(early, lost{f.Outcomes}).Apply(t.Context(), c); !errors.Is(err, errLost) {
							t.Fatal(err)
						}
					}
					second := d.writer(late, f.Outcomes)
					switch first {
					case "done":
						done()
					case "done meanwhile":
						if name == "together" {
							continue // what is written as one is judged anew if the dinner changes
						}
						second.Outcomes = &meanwhile{f.Outcomes, done}
					}
					if err := deliver(second, c); err != nil {
						t.Fatal(err)
					}
					if first == "refused" {
						if err := d.writer(early, stale{f.Outcomes}).Apply(t.Context(), c); err != nil {
							t.Fatal(err)
						}
					}
					o := must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), c.ID))
					if did := d.events() > before; did != (o.Refusal == nil) || did != (first != "refused") {
						t.Errorf("%s first: done %v, and the outcome is %+v", first, did, o)
					}
				}
			})
		}
	}
	for name, deliver := range ways {
		t.Run("too late, and done, "+name, func(t *testing.T) {
			c := d.command(t, queued.ReserveSeat, "old "+name)
			c.AcceptedAt = f.now()
			f.advance(CallRetention / 2)
			if err := d.writer(f.now(), lost{f.Outcomes}).Apply(t.Context(), c); !errors.Is(err, errLost) {
				t.Fatal(err)
			}
			f.advance(CallRetention * 3 / 4)
			w := d.writer(f.now(), f.Outcomes)
			w.Keep = CallRetention
			if err := deliver(w, c); err != nil {
				t.Fatal(err)
			}
			if o := must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), c.ID)); o.Refusal != nil || !json.Valid(o.Answer) {
				t.Errorf("what was done is %+v", o)
			}
		})
	}
	t.Run("another request with the same key", func(t *testing.T) {
		c := d.command(t, queued.ReserveSeat, "same")
		if err := alone(d.writer(early, f.Outcomes), c); err != nil {
			t.Fatal(err)
		}
		c.ID, c.Call.Fingerprint = "another", "another"
		if err := alone(d.writer(early, f.Outcomes), c); err != nil {
			t.Fatal(err)
		}
		if o := must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), c.ID)); o.Refusal == nil || o.Refusal.Code != refusal.KeyReused {
			t.Errorf("became %+v", o)
		}
	})
}

func (d deliveries) events() int { return len(d.Outbox()) }

// command returns a command that can be done until its dinner's cut-off.
func (d deliveries) command(t *testing.T, operation, key string) queued.Command {
	t.Helper()
	c := queued.Command{ID: operation + key, AcceptedAt: noon}
	who := host.ID
	switch operation {
	case queued.CreateDinner:
		c.DinnerID, c.Host, c.Plan = d.newID(), host, plan(2, 0)
	case queued.ConfirmNumber:
		c.DinnerID = d.dinner(t, 2, 0)
	default:
		c.DinnerID, c.Guest = d.dinner(t, 2, 0), person(1)
		who = c.Guest.ID
		if operation == queued.CancelReservation {
			c.ReservationID = d.reserve(t, c.DinnerID, 1)
		}
	}
	c.Call = call(who, operation, key)
	return c
}
