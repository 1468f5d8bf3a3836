package memory

import (
	"context"
	"maps"
	"slices"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Dinners is the dinner.Repository of a Store.
type Dinners struct{ s *Store }

var _ dinner.Repository = Dinners{}

// Add stores a new dinner.
func (r Dinners) Add(ctx context.Context, c once.Call, d *dinner.Dinner, answer []byte) ([]byte, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if got, err := r.s.recorded(c); got != nil || err != nil {
		return got, err
	}
	return answer, r.save(ctx, c, d, answer)
}

// Update changes the dinner with the given id.
func (r Dinners) Update(ctx context.Context, id string, c once.Call, change func(*dinner.Dinner) ([]byte, error)) ([]byte, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if got, err := r.s.recorded(c); got != nil || err != nil {
		return got, err
	}
	d, err := r.load(id)
	if err != nil {
		return nil, err
	}
	answer, err := change(d)
	if err != nil {
		return nil, err
	}
	return answer, r.save(ctx, c, d, answer)
}

func (r Dinners) save(ctx context.Context, c once.Call, d *dinner.Dinner, answer []byte) error {
	if err := r.s.welcome(d); err != nil {
		return err
	}
	changes := d.PlaceChanges()
	events, err := d.Events(ctx, r.s.newID)
	if err != nil {
		return err
	}
	for _, p := range changes {
		if r.s.places[p.PersonID] == nil {
			r.s.places[p.PersonID] = map[string]dinner.Place{}
		}
		if p.Lost {
			delete(r.s.places[p.PersonID], p.Place.Key())
		} else {
			r.s.places[p.PersonID][p.Place.Key()] = p.Place
		}
	}
	r.s.dinners[d.ID()] = d.State()
	r.s.events = append(r.s.events, events...)
	r.s.record(c, once.Record{Fingerprint: c.Fingerprint, Answer: answer})
	return nil
}

// welcome refuses who gains a place of a dinner and asked to be forgotten.
func (s *Store) welcome(d *dinner.Dinner) error {
	for _, p := range d.PlaceChanges() {
		if !p.Lost && !s.guests[p.PersonID].LeavingAt.IsZero() {
			return refusal.New(refusal.Forgotten, "you asked to be forgotten")
		}
	}
	return nil
}

// Get returns the dinner with the given id.
func (r Dinners) Get(_ context.Context, id string) (*dinner.Dinner, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.load(id)
}

func (r Dinners) load(id string) (*dinner.Dinner, error) {
	state, ok := r.s.dinners[id]
	if !ok {
		return nil, refusal.New(refusal.NotFound, "there is no dinner %s", id)
	}
	return dinner.FromState(state), nil
}

// Places returns a person's places.
func (r Dinners) Places(_ context.Context, personID, after string, limit int) ([]dinner.Place, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	places := r.s.places[personID]
	return page(places, func(key string) bool { return key > after }, limit, false), nil
}

// Several returns the dinners that exist among ids.
func (r Dinners) Several(_ context.Context, ids []string) ([]*dinner.Dinner, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var dinners []*dinner.Dinner
	for _, id := range ids {
		if state, ok := r.s.dinners[id]; ok {
			dinners = append(dinners, dinner.FromState(state))
		}
	}
	return dinners, nil
}

// page returns the values of the first limit keys that are wanted, in the order of
// keys or its reverse.
func page[T any](of map[string]T, wanted func(key string) bool, limit int, reverse bool) []T {
	keys := slices.Sorted(maps.Keys(of))
	if reverse {
		slices.Reverse(keys)
	}
	values := make([]T, 0, min(limit, len(keys)))
	for _, k := range keys {
		if wanted(k) && len(values) < limit {
			values = append(values, of[k])
		}
	}
	return values
}

// Guests is the guest.Repository of a Store.
type Guests struct{ s *Store }

var _ guest.Repository = Guests{}

// Update changes the guest with the given id.
func (r Guests) Update(ctx context.Context, id string, change func(*guest.Guest)) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	state := r.s.guests[id]
	state.ID = id
	g := guest.FromState(state)
	change(g)
	events, err := g.Events(ctx, r.s.newID)
	if err != nil {
		return err
	}
	r.s.guests[id] = g.State()
	r.s.events = append(r.s.events, events...)
	return nil
}

// Erase deletes a person's places, records of calls and outcomes of commands. Events
// stay, since their readers follow them by position; they name nobody.
func (r Guests) Erase(_ context.Context, id string) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	delete(r.s.places, id)
	maps.DeleteFunc(r.s.calls, func(_ string, c call) bool { return c.person == id })
	maps.DeleteFunc(r.s.outcomes, func(_ string, o outcome) bool { return o.person == id })
	return nil
}
