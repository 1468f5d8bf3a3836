package memory

import (
	"context"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
)

// Merging is the queued.Merging of a Store.
type Merging struct{ s *Store }

var _ queued.Merging = Merging{}

// Merging returns the queued.Merging.
func (s *Store) Merging() Merging { return Merging{s} }

// Merge implements queued.Merging.
func (r Merging) Merge(ctx context.Context, dinnerID string, commands []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	k := queued.Known{Calls: map[string]once.Record{}, Outcomes: map[string]bool{}}
	if state, ok := r.s.dinners[dinnerID]; ok {
		k.Dinner = &state
	}
	for _, c := range commands {
		if kept, ok := r.s.recordOf(c.Call); ok {
			k.Calls[c.Call.ID()] = kept
		}
		_, k.Outcomes[c.ID] = r.s.outcomeOf(c.ID)
	}
	steps, err := apply(k)
	if err != nil {
		return err
	}
	for _, step := range steps { // all or nothing
		if step.Dinner != nil {
			if err := r.s.welcome(step.Dinner); err != nil {
				return err
			}
		}
	}
	for _, step := range steps {
		c := step.Command
		if step.Dinner != nil {
			if err := Dinners(r).save(event.WithTrace(ctx, c.Trace), c.Call, step.Dinner, step.Answer); err != nil {
				return err
			}
		}
		if err := r.s.keep(c, step.Person, step.Outcome); err != nil {
			return err
		}
	}
	return nil
}
