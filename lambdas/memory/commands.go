package memory

import (
	"context"
	"maps"
	"sync"
	"time"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
)

// Outcomes is the queued.Outcomes of a Store.
type Outcomes struct{ s *Store }

var _ queued.Outcomes = Outcomes{}

// Outcomes returns the queued.Outcomes.
func (s *Store) Outcomes() Outcomes { return Outcomes{s} }

// Put implements queued.Outcomes.
func (r Outcomes) Put(_ context.Context, c queued.Command, person string, o queued.Outcome) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.s.keep(c, person, o)
}

// keep keeps an outcome unless there is one.
func (s *Store) keep(c queued.Command, person string, o queued.Outcome) error {
	if _, ok := s.outcomeOf(c.ID); ok {
		return nil
	}
	if o.Final() {
		if _, ok := s.recordOf(c.Call); ok {
			return queued.ErrDone
		}
		s.record(c.Call, once.Record{Fingerprint: c.Call.Fingerprint, Refusal: o.Refusal})
	}
	s.outcomes[c.ID] = outcome{person: person, kept: o, expiresAt: s.now().Add(s.callRetention)}
	return nil
}

// Outcome implements queued.Outcomes.
func (r Outcomes) Outcome(_ context.Context, commandID string) (queued.Outcome, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	o, ok := r.s.outcomeOf(commandID)
	if !ok {
		return queued.Outcome{}, queued.ErrNone
	}
	return o, nil
}

// outcomeOf returns the outcome of a command, if there is one that counts.
func (s *Store) outcomeOf(commandID string) (queued.Outcome, bool) {
	o, ok := s.outcomes[commandID]
	return o.kept, ok && s.now().Before(o.expiresAt)
}

// Queue is a queued.Queue in this process. It holds as many commands as there is room
// for, and makes whoever sends one more wait. It is safe for concurrent use.
type Queue struct {
	now      func() time.Time
	commands chan queued.Command

	mu    sync.Mutex
	sent  map[string]time.Time // by dinner and command, for as long as a repetition is dropped
	swept time.Time
}

var _ queued.Queue = (*Queue)(nil)

// known is for how long a queue knows what was sent, as SQS does.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
const known = 5 * time.Minute

// NewQueue returns an empty queue with room for so many commands.
func NewQueue(room int, now func() time.Time) *Queue {
	return &Queue{now: now, commands: make(chan queued.Command, room), sent: map[string]time.Time{}}
}

// Commands are what was sent, to be taken off in that order.
func (q *Queue) Commands() <-chan queued.Command { return q.commands }

// Send implements queued.Queue.
func (q *Queue) Send(ctx context.Context, c queued.Command) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	id := c.DinnerID + " " + c.ID
	q.mu.Lock()
	now := q.now()
	over := func(_ string, at time.Time) bool { return now.Sub(at) >= known }
	if over("", q.swept) {
		maps.DeleteFunc(q.sent, over)
		q.swept = now
	}
	at, repeated := q.sent[id]
	if repeated = repeated && !over(id, at); !repeated {
		q.sent[id] = now
	}
	q.mu.Unlock()
	if repeated {
		return nil
	}
	select {
	case q.commands <- c:
		return nil
	case <-ctx.Done():
		q.mu.Lock()
		delete(q.sent, id)
		q.mu.Unlock()
		return ctx.Err()
	}
}
