package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"fulcrum/lambdas/event"
)

// Index is the name of the global secondary index with the key gpk, gsk.
const indexName = "by-guest"

// outbox returns the write of an event's item; about is the one person it tells
// something about, or empty.
func (t Table) outbox(e event.Event, about string) write {
	item := EventItem(e)
	item["expiresAt"] = t.expiry(t.EventRetention)
	if t.Region != "" {
		item["region"] = str(t.Region)
	}
	if about != "" {
		item["gpk"], item["gsk"] = str("GUEST#"+about), str("EVENT#"+e.ID)
	}
	return t.put(item, "attribute_not_exists(pk)", nil, errAgain)
}

// EventItem returns what the table's stream shows of an event, but for its expiry
// and the index it may be in.
func EventItem(e event.Event) map[string]types.AttributeValue {
	return record{
		"pk":          str("EVENT#" + e.ID),
		"sk":          str("EVENT"),
		"kind":        str("event"),
		"id":          str(e.ID),
		"source":      str(e.Source),
		"type":        str(e.Type),
		"version":     num(e.Version),
		"occurredAt":  str(e.OccurredAt.UTC().Format(time.RFC3339Nano)),
		"aggregate":   str(e.Aggregate),
		"aggregateId": str(e.AggregateID),
		"trace":       str(e.Trace),
		"data":        str(event.Packed(e.Data)),
	}
}
