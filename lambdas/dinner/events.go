package dinner

import "time"

// contract is the version of every event's data in this package.
const contract = 1

// Names of the events about dinners, as the bus carries them.
const (
	CreatedType              = "Dinner Created"
	SeatReservedType         = "Seat Reserved"
	FullType                 = "Dinner Full"
	NumberConfirmedType      = "Number Confirmed"
	DinnerCancelledType      = "Dinner Cancelled"
	ReservationCancelledType = "Reservation Cancelled"
)

// Reasons of Dinner Cancelled.
const (
	TooFewReservations = "too-few-reservations"
	HostForgotten      = "host-forgotten"
)

// Events carry ids of persons and never their names, so that what has left the
// store (stream, bus, archive, queues) does not say who somebody is.
//
// Each has its contract's version first; times are RFC 3339 in UTC.
type (
	// Created is the data of Dinner Created.
	Created struct {
		Contract  int       `json:"contract"`
		DinnerID  string    `json:"dinnerId"`
		HostID    string    `json:"hostId"`
		Title     string    `json:"title"`
		Place     string    `json:"place"`
		StartsAt  time.Time `json:"startsAt"`
		ConfirmBy time.Time `json:"confirmBy"`
		Seats     int       `json:"seats"`
		Minimum   int       `json:"minimum"`
	}
	// SeatReserved is the data of Seat Reserved.
	SeatReserved struct {
		Contract      int       `json:"contract"`
		DinnerID      string    `json:"dinnerId"`
		ReservationID string    `json:"reservationId"`
		GuestID       string    `json:"guestId"`
		HostID        string    `json:"hostId"`
		StartsAt      time.Time `json:"startsAt"`
		SeatsLeft     int       `json:"seatsLeft"`
	}
	// Full is the data of Dinner Full, raised with the last seat.
	Full struct {
		Contract int       `json:"contract"`
		DinnerID string    `json:"dinnerId"`
		HostID   string    `json:"hostId"`
		StartsAt time.Time `json:"startsAt"`
		Seats    int       `json:"seats"`
	}
	// NumberConfirmed is the data of Number Confirmed.
	NumberConfirmed struct {
		Contract int       `json:"contract"`
		DinnerID string    `json:"dinnerId"`
		HostID   string    `json:"hostId"`
		StartsAt time.Time `json:"startsAt"`
		Number   int       `json:"number"`
		GuestIDs []string  `json:"guestIds"`
	}
	// Cancellation is the data of Dinner Cancelled.
	Cancellation struct {
		Contract int       `json:"contract"`
		DinnerID string    `json:"dinnerId"`
		HostID   string    `json:"hostId"`
		StartsAt time.Time `json:"startsAt"`
		Reason   string    `json:"reason"`
		GuestIDs []string  `json:"guestIds"`
	}
	// ReservationCancelled is the data of Reservation Cancelled.
	ReservationCancelled struct {
		Contract      int       `json:"contract"`
		DinnerID      string    `json:"dinnerId"`
		ReservationID string    `json:"reservationId"`
		GuestID       string    `json:"guestId"`
		HostID        string    `json:"hostId"`
		StartsAt      time.Time `json:"startsAt"`
		SeatsLeft     int       `json:"seatsLeft"`
	}
)

// raised is an event that happened to a dinner and is not stored yet.
type raised struct {
	version int64 // of the dinner after the event
	at      time.Time
	data    data
}

// data is the data of an event about a dinner.
type data interface {
	// Type returns the event's name.
	Type() string
}

// Source returns the source that events of a type have on the bus: "dinner." and
// the service whose command raises them.
func Source(eventType string) string {
	switch eventType {
	case SeatReservedType, FullType, ReservationCancelledType:
		return "dinner.reservation"
	default:
		return "dinner.dinner"
	}
}

// Type returns the event's name.
func (Created) Type() string { return CreatedType }

// Type returns the event's name.
func (SeatReserved) Type() string { return SeatReservedType }

// Type returns the event's name.
func (Full) Type() string { return FullType }

// Type returns the event's name.
func (NumberConfirmed) Type() string { return NumberConfirmedType }

// Type returns the event's name.
func (Cancellation) Type() string { return DinnerCancelledType }

// Type returns the event's name.
func (ReservationCancelled) Type() string { return ReservationCancelledType }

func (d *Dinner) raise(at time.Time, e data) {
	d.state.Version++
	d.raised = append(d.raised, raised{version: d.state.Version, at: at.UTC(), data: e})
}
