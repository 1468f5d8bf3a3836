package event

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// MaxBytes is the largest envelope that is read: EventBridge takes requests of up
// to 1 MB, SQS messages of up to 1 MiB.
const MaxBytes = 1 << 20

// envelope is what a rule puts on a queue.
type envelope struct {
	Source     string `json:"source"`
	DetailType string `json:"detail-type"`
	Detail     detail `json:"detail"`
}

type detail struct {
	ID         string      `json:"id"`
	Type       string      `json:"type"`
	Version    json.Number `json:"version"`
	OccurredAt time.Time   `json:"occurredAt"`
	Aggregate  struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	} `json:"aggregate"`
	Trace string          `json:"trace"`
	Data  json.RawMessage `json:"data"`
}

// FromBus reads an EventBridge envelope. A pipe carries the version, a DynamoDB
// number, as a JSON number or string, and the data as Packed made it, or as a JSON
// document: all are read. It reports everything missing at once.
func FromBus(message []byte) (Event, error) {
	if len(message) > MaxBytes {
		return Event{}, fmt.Errorf("event of %d bytes, at most %d are read", len(message), MaxBytes)
	}
	var e envelope
	if err := json.Unmarshal(message, &e); err != nil {
		return Event{}, fmt.Errorf("message is not an EventBridge envelope: %w", err)
	}
	d := e.Detail
	data, dataErr := object(d.Data)
	version, versionErr := d.Version.Int64()
	switch {
	case versionErr != nil:
		versionErr = fmt.Errorf("detail.version %q is not a whole number", d.Version)
	case version < 1:
		versionErr = fmt.Errorf("detail.version is %d, want 1 or more", version)
	}
	err := errors.Join(
		need("source", e.Source), need("detail.id", d.ID), need("detail.type", d.Type),
		need("detail.aggregate.type", d.Aggregate.Type), need("detail.aggregate.id", d.Aggregate.ID),
		happened(d.OccurredAt), same(e.DetailType, d.Type), dataErr, versionErr)
	if err != nil {
		return Event{}, err
	}
	return Event{
		ID: d.ID, Source: e.Source, Type: d.Type, Version: version, OccurredAt: d.OccurredAt.UTC(),
		Aggregate: d.Aggregate.Type, AggregateID: d.Aggregate.ID, Trace: d.Trace, Data: data,
	}, nil
}

// ToBus writes the envelope FromBus reads, for local use where no pipe runs.
func ToBus(e Event) ([]byte, error) {
	d := detail{
		ID: e.ID, Type: e.Type, Version: json.Number(fmt.Sprint(e.Version)),
		OccurredAt: e.OccurredAt, Trace: e.Trace, Data: e.Data,
	}
	d.Aggregate.Type, d.Aggregate.ID = e.Aggregate, e.AggregateID
	return json.Marshal(envelope{Source: e.Source, DetailType: e.Type, Detail: d})
}

// Packed returns data as the outbox keeps it: in base64. A pipe inserts strings
// into its template, and AWS's pages disagree on whether it escapes the quotes in
// them; in base64 there is nothing to escape.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
func Packed(data json.RawMessage) string { return base64.StdEncoding.EncodeToString(data) }

// object returns the JSON object in raw, which is the object or a string of it,
// packed or not.
func object(raw json.RawMessage) (json.RawMessage, error) {
	var text string
	if bytes.HasPrefix(raw, []byte(`"`)) {
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, fmt.Errorf("detail.data is not a JSON string: %w", err)
		}
		raw = json.RawMessage(text)
		if packed, err := base64.StdEncoding.DecodeString(text); err == nil {
			raw = packed
		}
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(raw, &o); err != nil || o == nil {
		return nil, errors.New("detail.data is neither a JSON object nor a string that holds one, as it is or in base64")
	}
	return raw, nil
}

func need(field, value string) error {
	if value == "" {
		return fmt.Errorf("%s is missing", field)
	}
	return nil
}

func happened(at time.Time) error {
	if year := at.UTC().Year(); year < 2000 || year > 9999 {
		return fmt.Errorf("detail.occurredAt is %s, want a time from the year 2000 on", at)
	}
	return nil
}

func same(detailType, name string) error {
	if detailType != name {
		return fmt.Errorf("detail-type %q differs from detail.type %q", detailType, name)
	}
	return nil
}
