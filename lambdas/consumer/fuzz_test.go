package consumer_test

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/erasure"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/search"
	"fulcrum/lambdas/telemetry"
)

// keys destroys keys, of persons with a name only.
type keys struct{ t *testing.T }

func (k keys) Subject(_ context.Context, person string) (string, error) { return "of " + person, nil }
func (k keys) Destroy(_ context.Context, person string) error {
	if person == "" {
		k.t.Error("nobody's key was destroyed")
	}
	return nil
}

// gone takes no message.
type gone struct{}

func (gone) Send(context.Context, realtime.Connection, []byte) error { return realtime.ErrGone }

// FuzzMessage feeds every consumer whatever a queue may hold: each message is
// handled or reported, and nothing else happens.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"detail":{}}`, `{"source":"dinner.reservation","detail-type":"Seat Reserved","detail":{"id":"e","type":"Seat Reserved","version":1,` +
			`"occurredAt":"2030-03-01T12:00:00Z","aggregate":{"type":"Dinner","id":"d"},"data":{"contract":1,"guestId":"g","startsAt":"2030-03-01T12:00:00Z"}}}`,
		`{"source":"dinner.guest","detail-type":"Guest Forgotten","detail":{"id":"e","type":"Guest Forgotten","version":1,` +
			`"occurredAt":"2030-03-01T12:00:00Z","aggregate":{"type":"Guest","id":"g"},"data":"eyJjb250cmFjdCI6MSwiZ3Vlc3RJZCI6ImcifQ=="}}`,
	} {
		f.Add(seed)
	}
	metrics := telemetry.NewMetrics(io.Discard, "Dinner", time.Now)
	f.Fuzz(func(t *testing.T, body string) {
		store := memory.New(time.Now, func() string { return "id" }, time.Hour)
		for name, handle := range map[string]consumer.Handler{
			"notification": notification.Policy{Inboxes: store.Inboxes()}.Handle, "search": search.Projection{Index: store.Index()}.Handle,
			"erasure": erasure.Policy{Keys: keys{t}}.Handle, "push": realtime.Push{Connections: connected(t), Door: gone{}}.Handle,
		} {
			panicked := false
			guarded := func(ctx context.Context, e event.Event) error {
				defer func() {
					if p := recover(); p != nil {
						panicked = true
						panic(p)
					}
				}()
				return handle(ctx, e)
			}
			answer, err := consumer.Lambda(guarded, metrics)(t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: body}}})
			if err != nil || panicked || len(answer.BatchItemFailures) > 1 {
				t.Errorf("%s: %+v, %v, panicked %v", name, answer, err, panicked)
			}
			for _, failure := range answer.BatchItemFailures {
				if failure.ItemIdentifier != "m" {
					t.Errorf("%s reported %q", name, failure.ItemIdentifier)
				}
			}
		}
	})
}

// connected has a connection of one person.
func connected(t *testing.T) realtime.Connections {
	t.Helper()
	open := &memory.Connections{Now: time.Now}
	if err := open.Open(t.Context(), realtime.Connection{ID: "c", PersonID: "g", ExpiresAt: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	return open
}

// FuzzBatch feeds a consumer whatever Lambda may hand over.
func FuzzBatch(f *testing.F) {
	f.Add([]byte(`{"Records":[{"messageId":"a","body":"{}"},{"messageId":"b"}]}`))
	f.Add([]byte(`{"Records":null}`))
	function := consumer.Lambda(func(context.Context, event.Event) error { return nil }, telemetry.NewMetrics(io.Discard, "Dinner", time.Now))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var batch events.SQSEvent
		if json.Unmarshal(payload, &batch) != nil {
			return
		}
		answer, err := function(t.Context(), batch)
		if err != nil {
			t.Fatal(err)
		}
		for _, failure := range answer.BatchItemFailures {
			if !slices.ContainsFunc(batch.Records, func(m events.SQSMessage) bool { return m.MessageId == failure.ItemIdentifier }) {
				t.Errorf("reported %q, which is in no message", failure.ItemIdentifier)
			}
		}
	})
}
