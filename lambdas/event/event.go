// Package event defines the envelope a domain event travels in, from the store's
// outbox over the bus to the consumers.
package event

import (
	"context"
	"encoding/json"
	"regexp"
	"time"
)

// Event is a fact about one aggregate, as the outbox keeps it.
type Event struct {
	// ID is a ULID, unique for each event.
	ID string
	// Source is "dinner." and the service that raised it, "dinner.reservation".
	Source string
	// Type is the event's name in the business's words, "Seat Reserved".
	Type string
	// Version is the aggregate's version after this event: 1, 2, 3 without gaps
	// for the events of one aggregate that raised nothing else in between.
	Version int64
	// OccurredAt is when it happened, in UTC.
	OccurredAt time.Time
	// Aggregate and AggregateID name what it happened to: "Dinner" and its id.
	Aggregate, AggregateID string
	// Trace is the X-Ray trace header of the request that caused it; may be empty.
	Trace string
	// Data is the event's contract, a JSON object.
	Data json.RawMessage
}

// Contract is the part every event's data begins with.
type Contract struct {
	// Contract is the version of the data's shape. Fields are only ever added
	// within a version; a consumer refuses versions it does not know.
	Contract int `json:"contract"`
}

// traceKey is the context key of the trace header.
type traceKey struct{}

// traceHeader is what an X-Ray trace header looks like. It comes from outside and
// ends in logs and in the template of a pipe, so nothing else is taken for one.
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
var traceHeader = regexp.MustCompile(`^[A-Za-z0-9=;:_.-]{1,512}$`)

// WithTrace returns a context whose events carry the trace header; one that does
// not look like a header is dropped.
func WithTrace(ctx context.Context, header string) context.Context {
	if !traceHeader.MatchString(header) {
		return ctx
	}
	return context.WithValue(ctx, traceKey{}, header)
}

// Trace returns the trace header in ctx, or an empty string.
func Trace(ctx context.Context) string {
	header, _ := ctx.Value(traceKey{}).(string)
	return header
}
