package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/outbox"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/search"
)

// Stores are the adapters of one system and the stream of its store.
type Stores struct {
	Dinners dinner.Repository
	Guests  guest.Repository
	Inboxes notification.Inboxes
	Index   search.Index
	// Outcomes are those of queued commands, and became returns one without a fault, and
	// after it has expired.
	Outcomes queued.Outcomes
	Merging  queued.Merging
	became   func(commandID string) (queued.Outcome, bool)
	// Outbox is set if events lie in the items of the aggregates: what takes them out, and
	// has the stream show them again.
	Outbox interface {
		outbox.Store
		HandOnAgain(ctx context.Context, pk, sk string) error
	}
	// lost reports whether who wrote a place ended before it could be taken away.
	lost func(person string, p dinner.Place) bool
	// unhanded are the ids of events that are in an outbox still.
	unhanded func() []string
	// forgotten reports whether an item held a call once and had to make room for others.
	forgotten func(once.Call) bool
	// Stream returns the records written since it was called last.
	Stream func() []Record
	// Events returns every event ever stored.
	Events func() []event.Event
	// ReadModels opens empty read models, to fold the archive into.
	ReadModels func() (notification.Inboxes, search.Index)
}

// callRetention is how long a call can be repeated.
const callRetention = 24 * time.Hour

var (
	errThrottled = errors.New("throttled")
	errTimeout   = errors.New("timeout: nobody knows whether it was done")
	errStale     = errors.New("written by another meanwhile")
)

// inMemory opens the stores in memory. Around each call the process may be
// stopped, be killed, be throttled or lose the answer; between reading a dinner
// and writing it others may run, and the write is on the condition that they did
// not write it.
func inMemory(w *world) Stores {
	s := memory.New(w.clock, w.newID, callRetention)
	read := 0
	return Stores{
		Dinners: dinners{w, s.Dinners()}, Guests: guests{w, s.Guests()},
		Inboxes: inboxes{w, s.Inboxes()}, Index: index{w, s.Index()}, Outcomes: outcomes{w, s.Outcomes()}, Merging: merging{w, s.Merging()},
		became: func(id string) (queued.Outcome, bool) { o, ok := w.outcomes[id]; return o, ok },
		Stream: func() []Record {
			fresh, next := s.Events(read)
			read = next
			return recordsOf(fresh)
		},
		Events: func() []event.Event { all, _ := s.Events(0); return all },
		ReadModels: func() (notification.Inboxes, search.Index) {
			fresh := memory.New(w.clock, w.newID, callRetention)
			return fresh.Inboxes(), fresh.Index()
		},
	}
}

// before is what may happen to a call before it reaches the store.
func (w *world) before(call string) error {
	w.pause()
	if w.dice.fault(Throttle) {
		w.trace("throttled: "+call, "")
		return errThrottled
	}
	return nil
}

// after is what may happen to a call that the store answered.
func (w *world) after(call string, err error) error {
	written := w.stores.Stream()
	if w.broken.eventsWrittenApart {
		w.pause()
	}
	w.stream(written)
	w.pause()
	if err == nil && w.dice.fault(LostAnswer) {
		w.trace("answer lost: "+call, "")
		return errTimeout
	}
	return err
}

// around is a call with what may happen to it.
func (w *world) around(call string, do func() error) error {
	if err := w.before(call); err != nil {
		return err
	}
	return w.after(call, do())
}

type dinners struct {
	w     *world
	inner memory.Dinners
}

func (d dinners) Add(ctx context.Context, call once.Call, opened *dinner.Dinner, answer []byte) (got []byte, err error) {
	if d.w.broken.callsForgotten {
		call = once.Call{}
	}
	err = d.w.around("add dinner", func() (err error) { got, err = d.inner.Add(ctx, call, opened, answer); return err })
	return got, err
}

// attempts is how often a write that met another one is tried.
const attempts = 16

func (d dinners) Update(ctx context.Context, id string, call once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	if d.w.broken.callsForgotten {
		call = once.Call{}
	}
	for range attempts {
		seen, err := d.Get(ctx, id)
		missing := refusal.Is(err, refusal.NotFound) // a call is recorded of whatever dinner
		if err != nil && !missing {
			return nil, err
		}
		if err := d.w.before("write dinner"); err != nil {
			return nil, err
		}
		if d.w.dice.fault(Conflict) {
			d.w.trace("conflict", id)
			continue
		}
		got, err := d.inner.Update(ctx, id, call, func(now *dinner.Dinner) ([]byte, error) {
			switch {
			case missing:
				return nil, errStale
			case d.w.broken.writesWithoutCondition:
				*now = *seen
			case now.StoredVersion() != seen.StoredVersion():
				return nil, errStale
			}
			return change(now)
		})
		err = d.w.after("write dinner", err)
		if !errors.Is(err, errStale) {
			return got, err
		}
	}
	return nil, refusal.New(refusal.Busy, "others wrote at the same time %d times in a row", attempts)
}

func (d dinners) Get(ctx context.Context, id string) (got *dinner.Dinner, err error) {
	err = d.w.around("read dinner", func() (err error) { got, err = d.inner.Get(ctx, id); return err })
	return got, err
}

func (d dinners) Places(ctx context.Context, person, after string, limit int) (got []dinner.Place, err error) {
	err = d.w.around("read places", func() (err error) { got, err = d.inner.Places(ctx, person, after, min(limit, 2)); return err })
	return got, err
}

func (d dinners) Several(ctx context.Context, ids []string) (got []*dinner.Dinner, err error) {
	err = d.w.around("read dinners", func() (err error) { got, err = d.inner.Several(ctx, ids); return err })
	return got, err
}

type guests struct {
	w     *world
	inner memory.Guests
}

func (g guests) Update(ctx context.Context, id string, change func(*guest.Guest)) error {
	return g.w.around("write guest", func() error { return g.inner.Update(ctx, id, change) })
}

func (g guests) Erase(ctx context.Context, id string) error {
	return g.w.around("erase guest", func() error { return g.inner.Erase(ctx, id) })
}

type outcomes struct {
	w     *world
	inner memory.Outcomes
}

func (o outcomes) Put(ctx context.Context, c queued.Command, person string, became queued.Outcome) error {
	return o.w.around("put outcome", func() error {
		err := o.inner.Put(ctx, c, person, became)
		if err == nil {
			o.w.became(c.ID, person, became)
		}
		return err
	})
}

func (o outcomes) Outcome(ctx context.Context, commandID string) (got queued.Outcome, err error) {
	err = o.w.around("read outcome", func() (err error) { got, err = o.inner.Outcome(ctx, commandID); return err })
	return got, err
}

// became notes an outcome that is kept.
func (w *world) became(commandID, person string, o queued.Outcome) {
	if _, known := w.outcomes[commandID]; !known {
		w.outcomes[commandID] = o
		w.inOrder(commandID, person)
	}
}

type merging struct {
	w     *world
	inner memory.Merging
}

// Merge reads and writes as Update does.
func (m merging) Merge(ctx context.Context, id string, commands []queued.Command, apply func(queued.Known) ([]queued.Step, error)) error {
	w := m.w
	for range attempts {
		var seen queued.Known
		err := w.around("read dinner and commands", func() error {
			return m.inner.Merge(ctx, id, commands, func(k queued.Known) ([]queued.Step, error) { seen = k; return nil, nil })
		})
		if err != nil {
			return err
		}
		if err := w.before("write commands"); err != nil {
			return err
		}
		if w.dice.fault(Conflict) {
			w.trace("conflict", id)
			continue
		}
		var steps []queued.Step
		err = m.inner.Merge(ctx, id, commands, func(now queued.Known) (_ []queued.Step, err error) {
			if !w.broken.mergesWithoutCondition && !unchanged(seen, now) {
				return nil, errStale
			}
			steps, err = apply(seen)
			return steps, err
		})
		if err == nil {
			for _, s := range steps {
				w.became(s.Command.ID, s.Person, s.Outcome)
			}
			w.merged += len(steps)
			w.trace(fmt.Sprintf("%d commands written as one", len(steps)), id)
		}
		if err = w.after("write commands", err); !errors.Is(err, errStale) {
			return err
		}
	}
	return refusal.New(refusal.Busy, "others wrote at the same time %d times in a row", attempts)
}

// unchanged reports whether what is known is what was seen.
func unchanged(seen, now queued.Known) bool {
	version := func(k queued.Known) int64 {
		if k.Dinner == nil {
			return 0
		}
		return k.Dinner.Version
	}
	return version(seen) == version(now) && maps.Equal(seen.Outcomes, now.Outcomes) && len(seen.Calls) == len(now.Calls)
}

type inboxes struct {
	w     *world
	inner notification.Inboxes
}

func (i inboxes) Put(ctx context.Context, person string, n notification.Notice) error {
	return i.w.around("put notice", func() error { return i.inner.Put(ctx, person, n) })
}

func (i inboxes) Forget(ctx context.Context, person string) error {
	if i.w.broken.inboxesRemember {
		return nil
	}
	return i.w.around("forget inbox", func() error { return i.inner.Forget(ctx, person) })
}

func (i inboxes) Notices(ctx context.Context, person, after string, limit int) ([]notification.Notice, error) {
	return i.inner.Notices(ctx, person, after, limit)
}

type index struct {
	w     *world
	inner search.Index
}

func (x index) Update(ctx context.Context, eventID string, startsAt time.Time, dinnerID string, change func(*search.Row)) error {
	if x.w.broken.consumerMarksNothing {
		eventID = x.w.newID()
	}
	if x.w.broken.projectionIgnoresVersions {
		apply := change
		change = func(r *search.Row) { r.SeatsVersion, r.StatusVersion = 0, 0; apply(r) }
	}
	return x.w.around("write row", func() error { return x.inner.Update(ctx, eventID, startsAt, dinnerID, change) })
}

func (x index) Forget(ctx context.Context, host string) error {
	return x.w.around("forget host", func() error { return x.inner.Forget(ctx, host) })
}

func (x index) Rows(ctx context.Context, after string, limit int) ([]search.Row, error) {
	return x.inner.Rows(ctx, after, limit)
}
