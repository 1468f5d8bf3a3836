package interest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/telemetry"
)

// Function is a Lambda function of batches from a stream or a queue; which one
// sent a batch is told by its shape.
type Function func(context.Context, json.RawMessage) (Failures, error)

// Failures name what of a batch must come again: messages of a queue by their ids;
// of a stream, whose order must hold, the first that failed, by its sequence
// number.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
type Failures struct {
	Items []Failure `json:"batchItemFailures"`
}

// Failure is one item that failed.
type Failure struct {
	ID string `json:"itemIdentifier"`
}

// batch has the union of the two shapes.
type batch struct {
	Records []struct {
		Source    string                `json:"eventSource"`
		MessageID string                `json:"messageId"`
		Body      string                `json:"body"`
		Kinesis   *events.KinesisRecord `json:"kinesis"`
	} `json:"Records"`
}

// Lambda returns the function that counts a batch.
func Lambda(counts Counts, metrics telemetry.Metrics) Function {
	return func(ctx context.Context, payload json.RawMessage) (Failures, error) {
		var b batch
		if err := json.Unmarshal(payload, &b); err != nil {
			return Failures{}, fmt.Errorf("batch: %w", err)
		}
		failures := Failures{Items: []Failure{}}
		for _, r := range b.Records {
			id, message := r.MessageID, []byte(r.Body)
			switch {
			case r.Kinesis != nil:
				id, message = r.Kinesis.SequenceNumber, r.Kinesis.Data
			case r.Source != "aws:sqs":
				return Failures{}, fmt.Errorf("batch from %q, want aws:kinesis or aws:sqs", r.Source)
			}
			if count(ctx, counts, metrics, id, message) {
				continue
			}
			failures.Items = append(failures.Items, Failure{id})
			if r.Kinesis != nil {
				break // what follows comes again with it
			}
		}
		return failures, nil
	}
}

// count counts one message and reports whether it is done with: counted, or
// refused for good.
func count(ctx context.Context, counts Counts, metrics telemetry.Metrics, id string, message []byte) bool {
	start := time.Now()
	s, err := read(message)
	if err == nil {
		err = counts.Add(ctx, s)
	}
	outcome := telemetry.Success
	switch {
	case errors.Is(err, errRefused):
		outcome = telemetry.Refused
		slog.InfoContext(ctx, "signal refused", "item", id, "error", err)
	case err != nil:
		outcome = telemetry.Fault
		slog.ErrorContext(ctx, "signal failed", "item", id, "error", err)
	}
	metrics.Record(ctx, "Show Interest", outcome, time.Since(start), "kind", s.Kind)
	return outcome != telemetry.Fault
}
