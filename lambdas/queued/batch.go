package queued

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/telemetry"
)

// Attempts is how often a message is received before it can be given up. The queue
// gives up by itself much later: a message that waits behind one that fails is
// received with it, and must not go where that goes.
const Attempts = 5

// longestCommand bounds the work on one command, so that one that hangs leaves time
// for the rest of its batch.
const longestCommand = 10 * time.Second

// DeadLetters keeps messages that were given up, each with the reason.
type DeadLetters interface {
	// Bury keeps a message. It can be repeated.
	Bury(ctx context.Context, m events.SQSMessage, reason string) error
}

// Function is a Lambda function of a queue's batches.
type Function func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// Batches applies what comes off the queue.
//
// After a command that failed, the others of its group in the batch are reported as
// failed too, without a try: they come again after it, in order. A message that
// fails for the fifth time is given up, so that those behind it go on; one of a
// group in each batch, so that a store that is away gives up one and not all.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
type Batches struct {
	// Apply applies one command.
	Apply       func(context.Context, Command) error
	Codec       Codec
	DeadLetters DeadLetters
	Metrics     telemetry.Metrics
}

// Handle handles one batch and reports what has to come again.
func (b Batches) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	r := run{Batches: b, stopped: map[string]bool{}, buried: map[string]bool{}}
	failures := []events.SQSBatchItemFailure{}
	for _, m := range e.Records {
		if !r.done(ctx, m) {
			failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return events.SQSEventResponse{BatchItemFailures: failures}, nil
}

// run is one batch being handled. stopped are the groups of which nothing more may be
// applied, buried those of which one message was given up.
type run struct {
	Batches
	stopped, buried map[string]bool
}

// done handles one message and reports whether the queue can forget it.
func (r run) done(ctx context.Context, m events.SQSMessage) bool {
	group := m.Attributes["MessageGroupId"]
	if deadline, ok := ctx.Deadline(); r.stopped[group] || ok && time.Until(deadline) < longestCommand {
		return false
	}
	start := time.Now()
	c, err := r.try(ctx, m)
	operation, outcome := c.Call.Operation, telemetry.Success
	if operation == "" {
		operation = "unreadable"
	}
	if err != nil {
		outcome = telemetry.Fault
		slog.ErrorContext(ctx, "command failed", "messageId", m.MessageId, "commandId", c.ID, "dinnerId", c.DinnerID, "error", err)
	}
	r.Metrics.Record(event.WithTrace(ctx, c.Trace), operation, outcome, time.Since(start), "commandId", c.ID)
	if err == nil {
		return true
	}
	received, _ := strconv.Atoi(m.Attributes["ApproximateReceiveCount"]) // what has none came for the first time
	if errors.Is(err, ErrUnreadable) || received >= Attempts && !r.buried[group] {
		r.buried[group] = true
		wrong := r.DeadLetters.Bury(ctx, m, err.Error())
		if wrong == nil {
			return true
		}
		slog.ErrorContext(ctx, "message not buried", "messageId", m.MessageId, "error", wrong)
	}
	r.stopped[group] = true
	return false
}

func (r run) try(ctx context.Context, m events.SQSMessage) (c Command, err error) {
	ctx, stop := context.WithTimeout(ctx, longestCommand)
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	c, err = r.Codec.Decode(ctx, m.Body)
	switch {
	case errors.Is(err, ErrForgotten):
		return c, nil // there is nobody left to apply it for
	case err != nil:
		return c, err
	}
	return c, r.Apply(event.WithTrace(ctx, c.Trace), c)
}
