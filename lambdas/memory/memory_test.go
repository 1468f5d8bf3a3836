package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/storetest"
)

func open(_ testing.TB, now func() time.Time, newID func() string) storetest.Store {
	s := memory.New(now, newID, storetest.CallRetention)
	return storetest.Store{
		Dinners: s.Dinners(), Guests: s.Guests(), Inboxes: s.Inboxes(), Index: s.Index(), Outcomes: s.Outcomes(), Merging: s.Merging(),
		Outbox: func() []event.Event { events, _ := s.Events(0); return events },
	}
}

func TestContract(t *testing.T)   { storetest.Run(t, open) }
func TestProperties(t *testing.T) { storetest.Properties(t, open) }
func TestRace(t *testing.T)       { storetest.Race(t, open) }
func TestMerged(t *testing.T)     { storetest.Merged(t, open) }

// hose takes commands off a queue in this process as a writer gets them.
func hose(testing.TB) storetest.Hose {
	queue := memory.NewQueue(64, time.Now)
	return storetest.Hose{
		Queue: queue,
		Receive: func(t testing.TB) (batch []events.SQSMessage) {
			for len(batch) < 10 && len(queue.Commands()) > 0 {
				c := <-queue.Commands()
				body, err := queued.Codec{}.Encode(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				batch = append(batch, events.SQSMessage{MessageId: c.ID, Body: body, Attributes: map[string]string{"MessageGroupId": c.DinnerID}})
			}
			return batch
		},
		Delete: func(testing.TB, []events.SQSMessage) {},
	}
}

func TestQueue(t *testing.T)      { storetest.Queue(t, hose) }
func TestRaceQueued(t *testing.T) { storetest.RaceQueued(t, open, hose(t)) }

// TestQueueForgets wants a repetition to come again after five minutes, and one whose
// sender did not wait for room not to be taken for sent.
func TestQueueForgets(t *testing.T) {
	now := time.Now()
	queue := memory.NewQueue(1, func() time.Time { return now })
	send := func(ctx context.Context) error { return queue.Send(ctx, queued.Command{ID: "1", DinnerID: "d"}) }
	for _, later := range []time.Duration{0, 5*time.Minute - 1, 1} {
		now = now.Add(later)
		if err := send(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := later != 5*time.Minute-1; (len(queue.Commands()) == 1) != want {
			t.Errorf("after %v more, on the queue: %v", later, !want)
		}
		if len(queue.Commands()) == 1 {
			<-queue.Commands()
		}
	}
	now = now.Add(time.Hour)
	if err := queue.Send(t.Context(), queued.Command{ID: "2", DinnerID: "d"}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if err := send(ctx); err == nil {
		t.Error("there is no room, and it was taken")
	}
	<-queue.Commands()
	if err := send(t.Context()); err != nil || len(queue.Commands()) != 1 {
		t.Errorf("sent again: %v", err)
	}
}
