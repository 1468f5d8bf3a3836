package queued_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/telemetry"
)

// prefixed seals by a prefix, and opens nothing else.
type prefixed struct{}

func (prefixed) Seal(_ context.Context, person, field, text string) (string, error) {
	return "sealed " + person + " " + field + " " + text, nil
}

func (prefixed) Open(_ context.Context, person, field, text string) (string, error) {
	opened, ok := strings.CutPrefix(text, "sealed "+person+" "+field+" ")
	if !ok {
		return "", errors.New("it was sealed for another person or field")
	}
	return opened, nil
}

// writer applies commands over a store in memory, at a time of its own.
func writer(now time.Time) (queued.Writer, *memory.Store) {
	clock, ids := func() time.Time { return now }, 0
	id := func() string { ids++; return fmt.Sprintf("%026d", ids) }
	store := memory.New(clock, id, 24*time.Hour)
	return queued.Writer{
		Dinners:  dinner.Commands{Dinners: store.Dinners(), Now: clock, NewID: id},
		Outcomes: store.Outcomes(), Keep: 24 * time.Hour, Now: clock,
	}, store
}

// FuzzDecode reads whatever may lie on the queue: it is given up, or it is a command
// that is the same after another way over the queue, and that has one outcome however
// often it comes.
func FuzzDecode(f *testing.F) {
	begin := command("a1", "a").AcceptedAt
	create := command("a0", "01J00000000000000000000000")
	create.Call.Operation, create.Host = queued.CreateDinner, dinner.Host{ID: "anna", Name: "Anna"}
	create.Plan = dinner.Plan{Title: "<Soup>", Place: "Here", StartsAt: begin.Add(48 * time.Hour), ConfirmBy: begin.Add(24 * time.Hour), Seats: 2}
	codecs := []queued.Codec{{}, {Persons: prefixed{}}}
	for _, c := range []queued.Command{command("a1", "a"), create} {
		for _, k := range codecs {
			message, err := k.Encode(f.Context(), c)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(message)
		}
	}
	for _, seed := range []string{"", "null", `{"id":"x"}`, `{"person":"anna","sealed":"sealed anna command {}"}`, `{"id":"i","dinnerId":"d","call":{"Person":"p","Key":"k"},"acceptedAt":"9999-12-31T23:59:59-23:59"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		for _, k := range codecs {
			c, err := k.Decode(t.Context(), message)
			if err != nil {
				if k.Persons == nil && !errors.Is(err, queued.ErrUnreadable) {
					t.Errorf("%q would come again: %v", message, err)
				}
				continue
			}
			again, err := k.Encode(t.Context(), c)
			if err != nil {
				t.Fatalf("%+v cannot be written: %v", c, err)
			}
			if read, err := k.Decode(t.Context(), again); len(message) <= 16<<10 && (err != nil || asText(t, read) != asText(t, c)) {
				t.Errorf("%s is read as %+v, %v", again, read, err)
			}
			oneOutcome(t, c)
		}
	})
}

func asText(t *testing.T, c queued.Command) string {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func oneOutcome(t *testing.T, c queued.Command) {
	t.Helper()
	w, store := writer(time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC))
	if err := w.Apply(t.Context(), c); err != nil {
		if slices.Contains([]string{queued.CreateDinner, queued.ReserveSeat, queued.ConfirmNumber, queued.CancelReservation}, c.Call.Operation) {
			t.Errorf("%+v would come again: %v", c, err)
		}
		return
	}
	first, err := w.Outcomes.Outcome(t.Context(), c.ID)
	if err != nil || (first.Refusal == nil) == (len(first.Answer) == 0 && c.Call.Operation != queued.CancelReservation) {
		t.Errorf("%+v has the outcome %+v, %v", c, first, err)
	}
	_, stored := store.Events(0)
	if err := w.Apply(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, after := store.Events(0); after != stored {
		t.Errorf("%+v was applied twice", c)
	}
}

// FuzzBatch feeds the writer whatever Lambda may hand over: each message is applied,
// given up or comes again, in the order of its group.
func FuzzBatch(f *testing.F) {
	f.Add([]byte(`{"Records":[{"messageId":"a","body":"{}","attributes":{"MessageGroupId":"g","ApproximateReceiveCount":"5"}},{"messageId":"b","attributes":{"MessageGroupId":"g"}}]}`))
	f.Add([]byte(`{"Records":[{"messageId":"a","body":"{\"id\":\"i\",\"dinnerId\":\"d\",\"call\":{\"Person\":\"p\",\"Key\":\"k\"},\"acceptedAt\":\"2030-01-01T00:00:00Z\"}"},{}]}`))
	f.Add([]byte(`{"Records":null}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var batch events.SQSEvent
		if json.Unmarshal(payload, &batch) != nil {
			return
		}
		dead := &graveyard{buried: map[string]string{}}
		b := queued.Batches{
			DeadLetters: dead, Metrics: telemetry.NewMetrics(io.Discard, "Dinner", time.Now),
			Apply: func(_ context.Context, c queued.Command) error {
				if c.Call.Operation == "" {
					return errors.New("unknown")
				}
				return nil
			},
		}
		answer, err := b.Handle(t.Context(), batch)
		if err != nil {
			t.Fatal(err)
		}
		again, stopped := map[string]int{}, map[string]bool{}
		for _, failure := range answer.BatchItemFailures {
			again[failure.ItemIdentifier]++
		}
		for _, m := range batch.Records {
			group := m.Attributes["MessageGroupId"]
			comes := again[m.MessageId] > 0
			if comes {
				again[m.MessageId]--
			}
			if stopped[group] && !comes && strings.Count(string(payload), "messageId") == 1 {
				t.Errorf("%q passed another of its group", m.MessageId)
			}
			stopped[group] = stopped[group] || comes
		}
		for id, left := range again {
			if left > 0 {
				t.Errorf("reported %q, which is in no message", id)
			}
		}
	})
}
