// Package consumer reads events from a queue's batches and reports which of them
// failed, so that only those come again.
package consumer

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/telemetry"
)

// Handler handles one event. It may see an event more than once and late.
type Handler func(ctx context.Context, e event.Event) error

// Function is a Lambda function of a queue's batches.
type Function func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// Lambda returns the function that handles a batch. An item that cannot be read
// or whose handler fails or panics is reported as failed; the others are done.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func Lambda(handle Handler, metrics telemetry.Metrics) Function {
	return func(ctx context.Context, batch events.SQSEvent) (events.SQSEventResponse, error) {
		failures := []events.SQSBatchItemFailure{}
		for _, message := range batch.Records {
			start := time.Now()
			e, err := event.FromBus([]byte(message.Body))
			ctx := event.WithTrace(ctx, e.Trace)
			if err == nil {
				err = guarded(ctx, handle, e)
			}
			outcome := telemetry.Success
			if err != nil {
				outcome = telemetry.Fault
				failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: message.MessageId})
				slog.ErrorContext(ctx, "event failed", "messageId", message.MessageId, "eventId", e.ID,
					"type", e.Type, "error", err)
			}
			operation := e.Type
			if operation == "" {
				operation = "unreadable"
			}
			metrics.Record(ctx, operation, outcome, time.Since(start), "eventId", e.ID)
		}
		return events.SQSEventResponse{BatchItemFailures: failures}, nil
	}
}

func guarded(ctx context.Context, handle Handler, e event.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return handle(ctx, e)
}
