package consumer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/published"
	"fulcrum/lambdas/telemetry"
)

func message(t *testing.T, id, eventID string) events.SQSMessage {
	body, err := event.ToBus(event.Event{
		ID: eventID, Source: "dinner.dinner", Type: "Dinner Created", Version: 1,
		OccurredAt: time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC), Aggregate: "Dinner", AggregateID: "d",
		Trace: "Root=" + eventID, Data: json.RawMessage(`{"contract":1}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return events.SQSMessage{MessageId: id, Body: string(body)}
}

func TestOnlyFailedItemsComeAgain(t *testing.T) {
	var log bytes.Buffer
	var handled []string
	function := consumer.Lambda(func(ctx context.Context, e event.Event) error {
		if event.Trace(ctx) != "Root="+e.ID {
			t.Errorf("%s has trace %q", e.ID, event.Trace(ctx))
		}
		switch e.ID {
		case "fails":
			return errors.New("not now")
		case "panics":
			panic("never")
		}
		handled = append(handled, e.ID)
		return nil
	}, telemetry.NewMetrics(&log, "Dinner", time.Now))
	response, err := function(t.Context(), events.SQSEvent{Records: []events.SQSMessage{
		message(t, "m1", "one"), message(t, "m2", "fails"), {MessageId: "m3", Body: "poison"},
		message(t, "m4", "panics"), message(t, "m5", "two"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	if diff := cmp.Diff([]string{"m2", "m3", "m4"}, failed); diff != "" {
		t.Errorf("failed -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"one", "two"}, handled); diff != "" {
		t.Errorf("handled -want +got:\n%s", diff)
	}
	if lines := bytes.Count(log.Bytes(), []byte(`"_aws"`)); lines != 5 {
		t.Errorf("%d metric lines, want one for each item:\n%s", lines, log.String())
	}
}

func TestNoFailureIsAnEmptyList(t *testing.T) {
	function := consumer.Lambda(func(context.Context, event.Event) error { return nil },
		telemetry.NewMetrics(&bytes.Buffer{}, "Dinner", time.Now))
	response, err := function(t.Context(), events.SQSEvent{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(response); err != nil || string(got) != `{"batchItemFailures":[]}` {
		t.Errorf("got %s, %v; null would fail the whole batch", got, err)
	}
}

// TestPublishedEvent wants a message that is none of ours to be reported, as AWS's
// sample has it.
func TestPublishedEvent(t *testing.T) {
	var batch events.SQSEvent
	if err := json.Unmarshal(published.Event(t, "sqs-event"), &batch); err != nil {
		t.Fatal(err)
	}
	function := consumer.Lambda(func(context.Context, event.Event) error { return nil }, telemetry.NewMetrics(&bytes.Buffer{}, "Dinner", time.Now))
	response, err := function(t.Context(), batch)
	if len(batch.Records) != 1 || err != nil || len(response.BatchItemFailures) != 1 || response.BatchItemFailures[0].ItemIdentifier != batch.Records[0].MessageId {
		t.Errorf("%+v, %v", response, err)
	}
}
