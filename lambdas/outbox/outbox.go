// Package outbox hands events on to a bus from a store whose items hold them: an
// aggregate and the events that it raised are one item, since the store's table has no
// transactions.
//
// A stream shows each write of an item with what its outbox holds. The events are put
// onto the bus, then taken out of the item. An event comes at least once: what is put
// and not yet taken out may be put again, and consumers know it again by its id.
//
// Choose construct outbox, which needs no code, for a table with transactions.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// MaxEntries is how many events EventBridge takes at once.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const MaxEntries = 10

// Bus takes events; it is the client of EventBridge.
type Bus interface {
	PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, options ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Store takes events out of the outbox of the item with a key.
type Store interface {
	Trim(ctx context.Context, pk, sk string, eventIDs []string) error
}

// Publisher hands events on.
type Publisher struct {
	Bus   Bus
	Store Store
	// Name is the bus's.
	Name string
	// Events are the names of the events to hand on. Default: all.
	Events []string
}

// Handle hands on what the records of a stream's batch show. A record that fails is
// reported, and the stream goes on from it.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func (p Publisher) Handle(ctx context.Context, batch events.DynamoDBEvent) (events.DynamoDBEventResponse, error) {
	response := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	for _, record := range batch.Records {
		if err := p.handOn(ctx, record.Change); err != nil {
			slog.ErrorContext(ctx, "events were not handed on", "sequenceNumber", record.Change.SequenceNumber, "error", err)
			response.BatchItemFailures = append(response.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: record.Change.SequenceNumber})
			break // those after it come again with it
		}
	}
	return response, nil
}

func (p Publisher) handOn(ctx context.Context, change events.DynamoDBStreamRecord) error {
	pending, ok := change.NewImage["outbox"]
	if !ok || pending.DataType() != events.DataTypeMap {
		return nil
	}
	var ids []string
	var entries []types.PutEventsRequestEntry
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(pending.Map())) { // in the order in which they were raised
		e := pending.Map()[id]
		if e.DataType() != events.DataTypeMap {
			problems = append(problems, fmt.Errorf("event %s is no map", id))
			continue
		}
		entry, err := p.entry(e.Map())
		if err != nil {
			problems = append(problems, fmt.Errorf("event %s: %w", id, err))
			continue
		}
		if len(p.Events) > 0 && !slices.Contains(p.Events, *entry.DetailType) {
			continue
		}
		ids, entries = append(ids, id), append(entries, entry)
	}
	taken, err := p.put(ctx, ids, entries)
	problems = append(problems, err)
	if len(taken) > 0 { // one that cannot be put holds up no other
		problems = append(problems, p.Store.Trim(ctx, text(change.Keys, "pk"), text(change.Keys, "sk"), taken))
	}
	return errors.Join(problems...)
}

// put puts events onto the bus, and returns the ids of those that it took.
func (p Publisher) put(ctx context.Context, ids []string, entries []types.PutEventsRequestEntry) (taken []string, err error) {
	var problems []error
	for first := 0; first < len(entries); first += MaxEntries {
		chunk := entries[first:min(first+MaxEntries, len(entries))]
		out, err := p.Bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: chunk})
		if err != nil {
			return taken, errors.Join(append(problems, err)...)
		}
		for i, result := range out.Entries {
			if result.ErrorCode == nil {
				taken = append(taken, ids[first+i])
				continue
			}
			problems = append(problems, fmt.Errorf("%s: %s: %s", *chunk[i].DetailType, *result.ErrorCode, aws.ToString(result.ErrorMessage)))
		}
	}
	return taken, errors.Join(problems...)
}

// entry is an event as the bus takes it, in the form in which a pipe would write it.
func (p Publisher) entry(e map[string]events.DynamoDBAttributeValue) (types.PutEventsRequestEntry, error) {
	version := ""
	if v, ok := e["version"]; ok && v.DataType() == events.DataTypeNumber {
		version = v.Number()
	}
	for _, name := range []string{"id", "source", "type", "occurredAt", "aggregate", "aggregateId", "data"} {
		if text(e, name) == "" {
			return types.PutEventsRequestEntry{}, fmt.Errorf("it has no %s", name)
		}
	}
	detail, err := json.Marshal(map[string]any{
		"id": text(e, "id"), "type": text(e, "type"), "version": version, "occurredAt": text(e, "occurredAt"),
		"aggregate": map[string]string{"type": text(e, "aggregate"), "id": text(e, "aggregateId")},
		"trace":     text(e, "trace"), "data": text(e, "data"),
	})
	if err != nil {
		return types.PutEventsRequestEntry{}, err
	}
	return types.PutEventsRequestEntry{
		EventBusName: &p.Name, Source: aws.String(text(e, "source")), DetailType: aws.String(text(e, "type")), Detail: aws.String(string(detail)),
	}, nil
}

func text(of map[string]events.DynamoDBAttributeValue, name string) string {
	if v, ok := of[name]; ok && v.DataType() == events.DataTypeString {
		return v.String()
	}
	return ""
}
