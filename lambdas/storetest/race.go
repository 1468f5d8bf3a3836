package storetest

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/telemetry"
)

// RaceQueued lets 64 guests reach for the last 8 of 10 seats at once, through a queue and
// the writer: exactly 8 succeed, each is told, and the first who came are those. Every
// batch is handled by two writers at the same time, as one is that took too long.
func RaceQueued(t *testing.T, o Open, hose Hose) {
	const guests, seats, taken = 64, 10, 2
	f := open(t, o)
	id := f.dinner(t, seats, 0)
	for n := range taken {
		f.reserve(t, id, 90+n)
	}
	door := queued.Door{Queue: hose.Queue, Outcomes: f.Outcomes, Key: noKey, NewID: f.newID, Keep: CallRetention, Now: f.now}
	sent := make([]queued.Command, guests)
	var sending sync.WaitGroup
	for n := range guests {
		sending.Go(func() {
			c, err := door.Accept(t.Context(), queued.Command{
				DinnerID: id, Call: call(person(n).ID, queued.ReserveSeat, "k"), Guest: person(n),
			})
			if err != nil {
				t.Error(err)
			}
			sent[n] = c
		})
	}
	sending.Wait()
	var order []string // of commands, as they came off the queue
	for batch := hose.Receive(t); len(batch) > 0; batch = hose.Receive(t) {
		for _, m := range batch {
			c, err := queued.Codec{}.Decode(t.Context(), m.Body)
			if err != nil {
				t.Fatal(err)
			}
			order = append(order, c.ID)
		}
		var writing sync.WaitGroup
		for range 2 {
			writing.Go(func() { f.write(t, batch) })
		}
		writing.Wait()
		hose.Delete(t, batch)
	}
	if len(order) != guests {
		t.Fatalf("%d of %d commands came off the queue", len(order), guests)
	}
	d := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id))
	if got := len(d.State().Reservations); got != seats {
		t.Errorf("%d reservations for %d seats", got, seats)
	}
	of := map[string]string{}
	for _, c := range sent {
		of[c.ID] = c.Call.Person
	}
	for place, commandID := range order {
		outcome := must[queued.Outcome](t)(f.Outcomes.Outcome(t.Context(), commandID))
		_, holds := d.ReservationOf(of[commandID])
		if first := place < seats-taken; holds != first || (outcome.Refusal == nil) != first {
			t.Errorf("the guest who came as number %d holds a seat: %v, and is told %+v", place+1, holds, outcome)
		}
		if outcome.Refusal != nil && outcome.Refusal.Code != refusal.DinnerFull {
			t.Errorf("number %d: %v", place+1, outcome.Refusal)
		}
	}
}

// write handles a batch until nothing of it has to come again.
func (f *fixture) write(t *testing.T, batch []events.SQSMessage) {
	w := queued.Writer{Dinners: f.commands, Outcomes: f.Outcomes, Merging: f.Merging, Keep: CallRetention, Now: f.now}
	b := queued.Batches{
		Apply: w.Apply, Together: w.Together, DeadLetters: noGrave{}, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
	}
	for tries := 0; ; tries++ {
		answer, err := b.Handle(t.Context(), events.SQSEvent{Records: batch})
		if err == nil && len(answer.BatchItemFailures) == 0 {
			return
		}
		if err != nil || tries == 100 {
			t.Errorf("%d left after %d tries, %v", len(answer.BatchItemFailures), tries, err)
			return
		}
	}
}

// noGrave gives nothing up.
type noGrave struct{}

// Bury implements queued.DeadLetters.
func (noGrave) Bury(context.Context, events.SQSMessage, string) error {
	return errors.New("nothing is given up here")
}
