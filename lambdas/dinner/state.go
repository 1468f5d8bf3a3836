package dinner

import "time"

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

// Raised returns the events to be stored together with the dinner.
func (d *Dinner) Raised() []Raised { return d.events }
