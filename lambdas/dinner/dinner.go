// Package dinner holds the Dinner aggregate: a host opens a dinner, guests
// reserve its seats, the host confirms the number before the cut-off.
//
// A dinner with its reservations is one consistency boundary: no command can
// oversell it, reserve twice for one guest, or lose a reservation.
package dinner

import (
	"strings"
	"time"
	"unicode/utf8"

	"fulcrum/lambdas/refusal"
)

// Status is where a dinner is in its life.
type Status string

// A dinner is open until its number is confirmed or it is cancelled.
const (
	Open      Status = "open"
	Confirmed Status = "confirmed"
	Cancelled Status = "cancelled"
)

// Bounds of a dinner's values. Lengths are in characters.
const (
	MaxSeats = 200
	MaxTitle = 120
	MaxPlace = 120
	MaxName  = 80
	MaxAhead = 366 * 24 * time.Hour
)

// Host is who gives a dinner. Both fields are empty once the host is forgotten.
type Host struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Guest is who reserved a seat. Both fields are empty while the seat is only held, and
// once the guest is forgotten.
type Guest struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Reservation is one seat held by one guest.
type Reservation struct {
	ID         string    `json:"id"`
	Guest      Guest     `json:"guest"`
	ReservedAt time.Time `json:"reservedAt"`
	// Hold is set while the seat is only held, and nothing is reserved yet.
	Hold *Hold `json:"hold,omitempty"`
}

// Dinner is the aggregate. Its zero value is not usable: see New and FromState.
type Dinner struct {
	state  State
	stored int64 // the version the store has, 0 for none
	raised []raised
}

// Plan is what a host decides when opening a dinner.
type Plan struct {
	Title, Place        string
	StartsAt, ConfirmBy time.Time
	// Seats is how many guests fit; Minimum is how many must have reserved when
	// the number is confirmed, else the dinner is cancelled.
	Seats, Minimum int
}

// New opens a dinner and raises Dinner Created. It refuses, with every bad value,
// a plan outside the bounds or out of order in time.
func New(now time.Time, id string, host Host, plan Plan) (*Dinner, error) {
	var bad refusal.Fields
	text(&bad, "title", plan.Title, MaxTitle)
	text(&bad, "place", plan.Place, MaxPlace)
	text(&bad, "hostName", host.Name, MaxName)
	if plan.Seats < 1 || plan.Seats > MaxSeats {
		bad.Add("seats", plan.Seats, "must be 1 to %d", MaxSeats)
	}
	if plan.Minimum < 0 || plan.Minimum > plan.Seats {
		bad.Add("minimum", plan.Minimum, "must be 0 to the number of seats")
	}
	if !plan.ConfirmBy.After(now) {
		bad.Add("confirmBy", written(plan.ConfirmBy), "must be after now")
	}
	if !plan.StartsAt.After(plan.ConfirmBy) {
		bad.Add("startsAt", written(plan.StartsAt), "must be after confirmBy")
	}
	if plan.StartsAt.After(now.Add(MaxAhead)) {
		bad.Add("startsAt", written(plan.StartsAt), "must be within %d days", int(MaxAhead.Hours()/24))
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	d := &Dinner{state: State{
		ID: id, Host: host, Title: plan.Title, Place: plan.Place,
		StartsAt: seconds(plan.StartsAt), ConfirmBy: seconds(plan.ConfirmBy),
		Seats: plan.Seats, Minimum: plan.Minimum, Status: Open, Reservations: []Reservation{},
	}}
	d.raise(now, Created{
		Contract: contract, DinnerID: id, HostID: host.ID, Title: plan.Title, Place: plan.Place,
		StartsAt: d.state.StartsAt, ConfirmBy: d.state.ConfirmBy, Seats: plan.Seats, Minimum: plan.Minimum,
	})
	return d, nil
}

// text notes a text that is empty, too long, not UTF-8 or has control characters.
// U+FFFD stands where bytes that were not UTF-8 have been lost on the way here.
func text(bad *refusal.Fields, name, value string, limit int) {
	length := utf8.RuneCountInString(value)
	switch {
	case !utf8.ValidString(value), strings.ContainsRune(value, utf8.RuneError):
		bad.Add(name, nil, "must be UTF-8")
	case strings.TrimSpace(value) == "":
		bad.Add(name, nil, "must not be empty")
	case length > limit:
		bad.Add(name, nil, "must have at most %d characters, has %d", limit, length)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		bad.Add(name, nil, "must not have control characters")
	}
}

func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// written is a time that is refused, as a text: an offset can take a time of the year
// 9999 into one that JSON's form of a time has no room for.
func written(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ID returns the dinner's id.
func (d *Dinner) ID() string { return d.state.ID }

// SeatsLeft returns how many seats nobody has reserved. A seat that is only held is
// still left: nothing was promised to anybody.
func (d *Dinner) SeatsLeft() int {
	left := d.state.Seats
	for _, r := range d.state.Reservations {
		if r.Hold == nil {
			left--
		}
	}
	return left
}

// State returns a copy of everything the dinner is.
func (d *Dinner) State() State {
	s := d.state
	s.Reservations = append([]Reservation{}, s.Reservations...)
	return s
}
