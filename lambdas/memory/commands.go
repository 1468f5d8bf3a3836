package memory

import (
	"context"

	"fulcrum/lambdas/queued"
)

// Outcomes is the queued.Outcomes of a Store.
type Outcomes struct{ s *Store }

var _ queued.Outcomes = Outcomes{}

// Outcomes returns the queued.Outcomes.
func (s *Store) Outcomes() Outcomes { return Outcomes{s} }

// Put implements queued.Outcomes.
func (r Outcomes) Put(_ context.Context, commandID, person string, o queued.Outcome) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.keep(commandID, person, o)
	return nil
}

// keep keeps an outcome unless there is one.
func (s *Store) keep(commandID, person string, o queued.Outcome) {
	if kept, ok := s.outcomes[commandID]; ok && s.now().Before(kept.expiresAt) {
		return
	}
	s.outcomes[commandID] = outcome{person: person, kept: o, expiresAt: s.now().Add(s.callRetention)}
}

// Outcome implements queued.Outcomes.
func (r Outcomes) Outcome(_ context.Context, commandID string) (queued.Outcome, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	o, ok := r.s.outcomes[commandID]
	if !ok || !r.s.now().Before(o.expiresAt) {
		return queued.Outcome{}, queued.ErrNone
	}
	return o.kept, nil
}

// Queue is a queued.Queue in this process. It holds as many commands as there is
// room for in the channel, and makes whoever sends one more wait.
type Queue chan queued.Command

var _ queued.Queue = Queue(nil)

// Send implements queued.Queue.
func (q Queue) Send(ctx context.Context, c queued.Command) error {
	select {
	case q <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
