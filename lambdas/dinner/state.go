package dinner

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fulcrum/lambdas/event"
)

// State is everything a dinner is, for adapters to keep and for queries to show.
type State struct {
	ID           string        `json:"id"`
	Version      int64         `json:"version"`
	Host         Host          `json:"host"`
	Title        string        `json:"title"`
	Place        string        `json:"place"`
	StartsAt     time.Time     `json:"startsAt"`
	ConfirmBy    time.Time     `json:"confirmBy"`
	Seats        int           `json:"seats"`
	Minimum      int           `json:"minimum"`
	Status       Status        `json:"status"`
	Reservations []Reservation `json:"reservations"`
}

// FromState returns the dinner an adapter kept.
func FromState(s State) *Dinner {
	if s.Reservations == nil {
		s.Reservations = []Reservation{}
	}
	return &Dinner{state: s, stored: s.Version}
}

// StoredVersion returns the version the store must still have for this dinner to
// be written, 0 for a dinner that must not exist yet.
func (d *Dinner) StoredVersion() int64 { return d.stored }

// Changed reports whether the dinner differs from what the store has.
func (d *Dinner) Changed() bool { return d.state.Version != d.stored }

// Events returns the events to be stored together with the dinner, with new ids
// and the trace in ctx.
func (d *Dinner) Events(ctx context.Context, newID func() string) ([]event.Event, error) {
	events := make([]event.Event, len(d.raised))
	for i, r := range d.raised {
		data, err := json.Marshal(r.data)
		if err != nil {
			return nil, fmt.Errorf("data of %s of dinner %s: %w", r.data.Type(), d.state.ID, err)
		}
		events[i] = event.Event{
			ID: newID(), Source: Source(r.data.Type()), Type: r.data.Type(), Version: r.version, OccurredAt: r.at,
			Aggregate: "Dinner", AggregateID: d.state.ID, Trace: event.Trace(ctx), Data: data,
		}
	}
	return events, nil
}
