package faults

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/consumer"
	"fulcrum/lambdas/event"
)

// queue is a consumer's queue with its dead letters, and the function behind it.
type queue struct {
	settings ConsumerSettings
	bus      string
	pattern  *pattern
	function consumer.Function

	messages    []*message
	dead        []*message
	undelivered []undelivered
	invocations int
	poison      map[string]poison
	// handled counts, by event id, how often the handler said that it was done.
	handled map[string]int
}

type message struct {
	id, body, event string
	receives        int
	visibleAt       time.Time
	reason          string // why it failed last
}

// poison is how a consumer fails on an event.
type poison int

const (
	fails poison = iota + 1
	panics
	kills

	poisons
)

var errPoison = errors.New("cannot handle this event")

// guard is the consumer's handler with what is wrong with it.
func (w *world) guard(q *queue, next consumer.Handler) consumer.Handler {
	return func(ctx context.Context, e event.Event) error {
		switch q.poison[e.ID] {
		case fails:
			return errPoison
		case panics:
			panic(errPoison)
		case kills:
			w.trace("the event kills "+q.settings.Service, e.ID)
			runtime.Goexit()
		}
		err := next(ctx, e)
		if w.broken.consumerSwallowsErrors {
			err = nil
		}
		if err == nil {
			q.handled[e.ID]++
			w.trace(q.settings.Service+" handled", e.ID)
		} else {
			w.trace(q.settings.Service+": "+err.Error(), e.ID)
		}
		return err
	}
}

func (w *world) send(q *queue, body, event string) {
	w.sent++
	q.messages = append(q.messages, &message{id: "m" + strconv.Itoa(w.sent), body: body, event: event, visibleAt: w.now})
	w.trace("in the queue of "+q.settings.Service, event)
}

// ready reports whether the queue has a message to receive and the function is
// free.
func (q *queue) ready(now time.Time) bool {
	if q.invocations >= q.settings.Concurrency {
		return false
	}
	for _, m := range q.messages {
		if !m.visibleAt.After(now) {
			return true
		}
	}
	return false
}

// receive takes a batch from the queue and invokes the function with it.
func (w *world) receive(q *queue) {
	var batch []*message
	size := 1 + w.dice.IntN(q.settings.BatchSize)
	start := 0
	if w.dice.fault(Reorder) {
		start = w.dice.IntN(len(q.messages))
	}
	for n := range len(q.messages) {
		m := q.messages[(start+n)%len(q.messages)]
		if m.visibleAt.After(w.now) || len(batch) == size {
			continue
		}
		m.receives++
		if m.receives <= q.settings.MaxReceives && !w.dice.fault(Duplicate) {
			m.visibleAt = w.now.Add(seconds(q.settings.VisibilityTimeoutSeconds))
		}
		batch = append(batch, m)
	}
	batch = w.bury(q, batch)
	if len(batch) == 0 {
		return
	}
	if w.dice.fault(Throttle) {
		w.trace("throttled: "+q.settings.Service, batch[0].event)
		blame(batch, "the function was throttled")
		return
	}
	if w.broken.queueForgetsReceived {
		w.remove(q, batch)
	}
	w.invoke(q, batch)
}

// bury moves what was received too often to the dead letters and returns the rest.
func (w *world) bury(q *queue, batch []*message) []*message {
	var dead, live []*message
	for _, m := range batch {
		if m.receives > q.settings.MaxReceives {
			w.trace("dead letter of "+q.settings.Service, m.event)
			dead = append(dead, m)
		} else {
			live = append(live, m)
		}
	}
	w.remove(q, dead)
	if !w.broken.noDeadLetters {
		q.dead = append(q.dead, dead...)
	}
	return live
}

func (w *world) invoke(q *queue, batch []*message) {
	request := events.SQSEvent{Records: make([]events.SQSMessage, len(batch))}
	for i, m := range batch {
		request.Records[i] = events.SQSMessage{MessageId: m.id, Body: m.body}
		w.inFlight[m.id] = m
	}
	var answer events.SQSEventResponse
	var err error
	q.invocations++
	w.spawn(q.settings.Service, func(ctx context.Context) { answer, err = q.function(ctx, request) },
		func(crashed bool) {
			q.invocations--
			switch {
			case crashed:
				blame(batch, "the function's process ended")
			case err != nil:
				blame(batch, err.Error())
			case w.dice.fault(LostAnswer):
				w.trace("answer lost: "+q.settings.Service, batch[0].event)
				blame(batch, "the function timed out")
			default:
				w.settle(q, batch, answer)
			}
		})
}

// settle deletes what the function handled. What failed comes again when its
// visibility timeout ends.
func (w *world) settle(q *queue, batch []*message, answer events.SQSEventResponse) {
	failed := failures(answer)
	var done []*message
	for _, m := range batch {
		switch {
		case failed[m.id]:
		case w.dice.fault(Partial): // handled and not deleted
			m.reason = "the message was not deleted"
		default:
			done = append(done, m)
		}
	}
	w.remove(q, done)
}

// failures are the messages that a function says it did not handle.
func failures(answer events.SQSEventResponse) map[string]bool {
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	return failed
}

func (w *world) remove(q *queue, gone []*message) {
	if len(gone) == 0 {
		return
	}
	kept := q.messages[:0]
	for _, m := range q.messages {
		if !slices.Contains(gone, m) {
			kept = append(kept, m)
		}
	}
	clear(q.messages[len(kept):])
	q.messages = kept
}

func blame(batch []*message, reason string) {
	for _, m := range batch {
		if m.reason == "" {
			m.reason = reason
		}
	}
}

// redrive sends a queue's dead letters to it again.
func (w *world) redrive(q *queue) {
	for _, m := range q.dead {
		w.send(q, m.body, m.event)
	}
	for _, u := range q.undelivered {
		w.send(q, u.body, u.event)
	}
	q.dead, q.undelivered = nil, nil
}

func (m *message) String() string { return fmt.Sprintf("%s, received %d times", m.reason, m.receives) }
