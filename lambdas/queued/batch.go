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
	Apply func(context.Context, Command) error
	// Together applies the first of a group's commands as one, and returns how many it
	// took on: none where the first two cannot be one. If it fails, nothing of them was
	// written, as far as it knows, and each is applied alone.
	// Default: each is.
	Together    func(context.Context, []Command) (int, error)
	Codec       Codec
	DeadLetters DeadLetters
	Metrics     telemetry.Metrics
}

// Handle handles one batch and reports what has to come again.
func (b Batches) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	r := run{Batches: b, stopped: map[string]bool{}, buried: map[string]bool{}, done: map[string]bool{}}
	var order []string
	groups := map[string][]events.SQSMessage{}
	for _, m := range e.Records {
		group := m.Attributes["MessageGroupId"]
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], m)
	}
	for _, group := range order {
		r.apply(ctx, group, groups[group])
	}
	failures := []events.SQSBatchItemFailure{}
	for _, m := range e.Records {
		if !r.done[m.MessageId] {
			failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return events.SQSEventResponse{BatchItemFailures: failures}, nil
}

// run is one batch being handled. stopped are the groups of which nothing more may be
// applied, buried those of which one message was given up, and done the messages that
// the queue can forget.
type run struct {
	Batches
	stopped, buried, done map[string]bool
}

// received is a message and, once it was opened, its command, or why there is none.
type received struct {
	events.SQSMessage
	opened  bool
	command Command
	err     error
}

// open reads a message's command. It does so once.
func (r run) open(ctx context.Context, m *received) (Command, error) {
	if !m.opened {
		m.opened = true
		m.err = bounded(ctx, func(ctx context.Context) (err error) {
			m.command, err = r.Codec.Decode(ctx, m.Body)
			return err
		})
	}
	return m.command, m.err
}

// times is how often the message was received; what does not say came for the first time.
func (m received) times() int {
	n, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
	if err != nil {
		return 1
	}
	return n
}

// apply applies a group's messages.
func (r run) apply(ctx context.Context, group string, messages []events.SQSMessage) {
	left := make([]received, len(messages))
	for i, m := range messages {
		left[i].SQSMessage = m
	}
	alone := 0 // so many of the next cannot be one
	for len(left) > 0 && !r.stopped[group] && !r.late(ctx) {
		if alone == 0 {
			tried, err := r.together(ctx, left)
			if tried > 0 && err == nil {
				left = left[tried:]
				continue
			}
			alone = max(1, tried)
		}
		r.alone(ctx, group, &left[0])
		left, alone = left[1:], alone-1
	}
}

// late reports whether there is no time left for one more command.
func (r run) late(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < longestCommand
}

// together applies the first of a group's messages as one, and returns how many it
// tried. What was received before is not among them: it may be what a writer died of,
// and those before it in the group need not die with it.
func (r run) together(ctx context.Context, left []received) (int, error) {
	if r.Together == nil || len(left) < 2 {
		return 0, nil
	}
	var commands []Command
	for i := range left {
		if left[i].times() > 1 || r.late(ctx) {
			break
		}
		c, err := r.open(ctx, &left[i])
		if err != nil {
			break
		}
		commands = append(commands, c)
	}
	if len(commands) < 2 || r.late(ctx) {
		return 0, nil
	}
	start, n := time.Now(), 0
	err := bounded(ctx, func(ctx context.Context) (err error) {
		n, err = r.Together(ctx, commands)
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "commands are applied one by one", "dinnerId", commands[0].DinnerID, "commands", len(commands), "error", err)
		if n == 0 { // a panic leaves no number
			n = len(commands)
		}
		return n, err
	}
	for i, c := range commands[:n] {
		r.done[left[i].MessageId] = true
		r.Metrics.Record(event.WithTrace(ctx, c.Trace), c.Call.Operation, telemetry.Success, time.Since(start), "commandId", c.ID, "together", n)
	}
	return n, nil
}

// alone applies one message.
func (r run) alone(ctx context.Context, group string, m *received) {
	start := time.Now()
	c, err := r.open(ctx, m)
	switch {
	case errors.Is(err, ErrForgotten):
		err = nil // there is nobody left to apply it for
	case err == nil:
		err = bounded(ctx, func(ctx context.Context) error { return r.Apply(event.WithTrace(ctx, c.Trace), c) })
	}
	operation, outcome := c.Call.Operation, telemetry.Success
	if operation == "" {
		operation = "unreadable"
	}
	if err != nil {
		outcome = telemetry.Fault
		slog.ErrorContext(ctx, "command failed", "messageId", m.MessageId, "commandId", c.ID, "dinnerId", c.DinnerID, "error", err)
	}
	r.Metrics.Record(event.WithTrace(ctx, c.Trace), operation, outcome, time.Since(start), "commandId", c.ID)
	if err != nil && (errors.Is(err, ErrUnreadable) || m.times() >= Attempts && !r.buried[group]) {
		r.buried[group] = true
		wrong := r.DeadLetters.Bury(ctx, m.SQSMessage, err.Error())
		if wrong != nil {
			slog.ErrorContext(ctx, "message not buried", "messageId", m.MessageId, "error", wrong)
			r.stopped[group] = true
			return
		}
		err = nil
	}
	r.done[m.MessageId], r.stopped[group] = err == nil, err != nil
}

// bounded does something for as long as one command may take, and takes a panic for
// an error.
func bounded(ctx context.Context, do func(context.Context) error) (err error) {
	ctx, stop := context.WithTimeout(ctx, longestCommand)
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(ctx)
}
