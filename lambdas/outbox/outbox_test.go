package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/outbox"
	"fulcrum/lambdas/published"
)

// place is both ends: a bus that refuses some events, and a store that notes what is
// taken out.
type place struct {
	refuse  map[string]bool
	breaks  int // the call at which nothing more is put, if not 0
	calls   []int
	put     []event.Event
	trimmed []string
	fails   error
}

func (p *place) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	p.calls = append(p.calls, len(in.Entries))
	if len(p.calls) == p.breaks {
		return nil, errors.New("no network")
	}
	out := &eventbridge.PutEventsOutput{}
	for _, e := range in.Entries {
		message, err := json.Marshal(map[string]any{"source": *e.Source, "detail-type": *e.DetailType, "detail": json.RawMessage(*e.Detail)})
		if err != nil {
			return nil, err
		}
		read, err := event.FromBus(message)
		if err != nil || *e.EventBusName != "bus" {
			return nil, fmt.Errorf("onto %s: %w", *e.EventBusName, err)
		}
		if p.refuse[read.ID] {
			out.FailedEntryCount++
			out.Entries = append(out.Entries, types.PutEventsResultEntry{ErrorCode: aws.String("ThrottlingException")})
			continue
		}
		p.put = append(p.put, read)
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String("x")})
	}
	return out, nil
}

func (p *place) Trim(_ context.Context, pk, sk string, ids []string) error {
	if p.fails != nil {
		return p.fails
	}
	for _, id := range ids {
		p.trimmed = append(p.trimmed, pk+" "+sk+" "+id)
	}
	return nil
}

// record is what a stream shows of an item with events in its outbox.
func record(t *testing.T, sequence string, ids ...string) events.DynamoDBEventRecord {
	t.Helper()
	s := func(v string) map[string]string { return map[string]string{"S": v} }
	pending := map[string]any{}
	for _, id := range ids {
		pending[id] = map[string]any{"M": map[string]any{
			"id": s(id), "source": s("dinner.dinner"), "type": s("Type " + id), "version": map[string]string{"N": "3"}, "occurredAt": s("2030-01-02T03:04:06Z"),
			"aggregate": s("Dinner"), "aggregateId": s("d"), "trace": s("Root=1"), "data": s(event.Packed(json.RawMessage(`{"contract":1}`))),
		}}
	}
	document, err := json.Marshal(map[string]any{"dynamodb": map[string]any{
		"SequenceNumber": sequence, "Keys": map[string]any{"pk": s("DINNER#d"), "sk": s("DINNER")},
		"NewImage": map[string]any{"kind": s("dinner"), "outbox": map[string]any{"M": pending}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var r events.DynamoDBEventRecord
	if err := json.Unmarshal(document, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func handle(t *testing.T, p outbox.Publisher, records ...events.DynamoDBEventRecord) []string {
	t.Helper()
	response, err := p.Handle(t.Context(), events.DynamoDBEvent{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	var failed []string
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

func TestHandsOnAndTakesOut(t *testing.T) {
	at := &place{}
	var ids []string
	for i := range 12 {
		ids = append(ids, fmt.Sprintf("%02d", i))
	}
	if failed := handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus"}, record(t, "1", ids...), record(t, "2")); failed != nil {
		t.Errorf("failed: %v", failed)
	}
	if !slices.Equal(at.calls, []int{10, 2}) || len(at.trimmed) != 12 || at.trimmed[11] != "DINNER#d DINNER 11" {
		t.Errorf("put %v at once, took out %v", at.calls, at.trimmed)
	}
	if e := at.put[11]; e.ID != "11" || e.Type != "Type 11" || e.Version != 3 || e.AggregateID != "d" || e.Trace != "Root=1" || !e.OccurredAt.Equal(time.Date(2030, 1, 2, 3, 4, 6, 0, time.UTC)) || string(e.Data) != `{"contract":1}` {
		t.Errorf("handed on %+v", e)
	}
}

// TestOnlyItsOwn wants a publisher of some events to leave the others to another.
func TestOnlyItsOwn(t *testing.T) {
	at := &place{}
	handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus", Events: []string{"Type b"}}, record(t, "1", "a", "b"), record(t, "2", "a"))
	if len(at.put) != 1 || !slices.Equal(at.trimmed, []string{"DINNER#d DINNER b"}) {
		t.Errorf("put %v, took out %v", at.put, at.trimmed)
	}
}

// TestFailuresComeAgain wants nothing taken out that the bus refused, and the batch to
// go on from the record that failed.
func TestFailuresComeAgain(t *testing.T) {
	at := &place{refuse: map[string]bool{"b": true}}
	p := outbox.Publisher{Bus: at, Store: at, Name: "bus"}
	if failed := handle(t, p, record(t, "1", "a"), record(t, "2", "b"), record(t, "3", "c")); !slices.Equal(failed, []string{"2"}) {
		t.Errorf("failed: %v, want the second record", failed)
	}
	if !slices.Equal(at.trimmed, []string{"DINNER#d DINNER a"}) {
		t.Errorf("took out %v", at.trimmed)
	}
	at = &place{fails: errors.New("no")}
	if failed := handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus"}, record(t, "1", "a")); !slices.Equal(failed, []string{"1"}) {
		t.Errorf("what cannot be taken out must come again: %v", failed)
	}
	at = &place{breaks: 2}
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprintf("%02d", i))
	}
	if failed := handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus"}, record(t, "1", many...)); !slices.Equal(failed, []string{"1"}) || len(at.trimmed) != outbox.MaxEntries {
		t.Errorf("the bus breaks after ten of twelve: failed %v, took out %v", failed, at.trimmed)
	}
}

// TestBrokenEvents wants an event that nobody can read to come again, until somebody
// looks, and to hold up no other.
func TestBrokenEvents(t *testing.T) {
	for name, spoil := range map[string]func(all, b map[string]events.DynamoDBAttributeValue){
		"without a source": func(_, b map[string]events.DynamoDBAttributeValue) { delete(b, "source") },
		"a number for it":  func(_, b map[string]events.DynamoDBAttributeValue) { b["source"] = events.NewNumberAttribute("1") },
		"no map":           func(all, _ map[string]events.DynamoDBAttributeValue) { all["b"] = events.NewNullAttribute() },
	} {
		at := &place{}
		broken := record(t, "1", "a", "b", "c")
		all := broken.Change.NewImage["outbox"].Map()
		spoil(all, all["b"].Map())
		if failed := handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus"}, broken); !slices.Equal(failed, []string{"1"}) {
			t.Errorf("%s: failed %v", name, failed)
		}
		if !slices.Equal(at.trimmed, []string{"DINNER#d DINNER a", "DINNER#d DINNER c"}) {
			t.Errorf("%s: took out %v", name, at.trimmed)
		}
	}
}

// TestPublishedEvents wants changes of a table without an outbox to pass, as AWS's
// samples have them.
func TestPublishedEvents(t *testing.T) {
	for _, name := range []string{"dynamodb-event", "dynamodb-time-window-event"} {
		var batch events.DynamoDBEvent
		if err := json.Unmarshal(published.Event(t, name), &batch); err != nil || len(batch.Records) == 0 {
			t.Fatalf("%s: %d records, %v", name, len(batch.Records), err)
		}
		at := &place{}
		if failed := handle(t, outbox.Publisher{Bus: at, Store: at, Name: "bus"}, batch.Records...); failed != nil || at.calls != nil || at.trimmed != nil {
			t.Errorf("%s: failed %v, put %v, took out %v", name, failed, at.calls, at.trimmed)
		}
	}
}
