package memory_test

import (
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

// TestRaceQueued takes commands off a queue in this process as a writer gets them.
func TestRaceQueued(t *testing.T) {
	queue := make(memory.Queue, 64)
	storetest.RaceQueued(t, open, storetest.Hose{
		Queue: queue,
		Receive: func(t testing.TB) (batch []events.SQSMessage) {
			for len(batch) < 10 && len(queue) > 0 {
				c := <-queue
				body, err := queued.Codec{}.Encode(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				batch = append(batch, events.SQSMessage{MessageId: c.ID, Body: body, Attributes: map[string]string{"MessageGroupId": c.DinnerID}})
			}
			return batch
		},
		Delete: func(testing.TB, []events.SQSMessage) {},
	})
}
