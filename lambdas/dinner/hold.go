package dinner

import (
	"slices"
	"time"

	"fulcrum/lambdas/refusal"
)

// Hold keeps a seat for a reservation that is being made in several steps. It
// lapses by itself, so that a process that is lost half way takes no seat along.
type Hold struct {
	// Attempt is who holds the seat: one run of the process.
	Attempt string `json:"attempt"`
	// Until is when the hold lapses.
	Until time.Time `json:"until"`
}

func (h Hold) lapsed(now time.Time) bool { return !now.Before(h.Until) }

// HoldSeat holds a seat for guest under the given reservation id, for a while and
// for one attempt; it takes over the hold of an attempt before it. It raises
// nothing, for nothing is reserved yet, and changes nothing if the reservation is
// made already, which it reports. It refuses what Reserve refuses.
//
// The hold does not say for whom it is: one that is left over tells of nobody, and
// there is nothing in it to forget.
func (d *Dinner) HoldSeat(now time.Time, reservationID, attempt string, guest Guest, keep time.Duration) (made bool, err error) {
	var bad refusal.Fields
	text(&bad, "guestName", guest.Name, MaxName)
	if err := bad.Err(); err != nil {
		return false, err
	}
	r, exists := d.ReservationOf(guest.ID)
	if exists && r.ID == reservationID {
		return true, nil
	}
	if err := d.acceptsChanges(now); err != nil {
		return false, err
	}
	d.dropHolds(func(h Hold) bool { return h.lapsed(now) })
	if exists {
		return false, refusal.New(refusal.AlreadyReserved, "you already hold reservation %s for dinner %s", r.ID, d.state.ID)
	}
	d.drop(reservationID)
	if !d.hasFreeSeat() {
		return false, refusal.New(refusal.DinnerFull, "all %d seats of dinner %s are reserved", d.state.Seats, d.state.ID)
	}
	d.state.Reservations = append(d.state.Reservations, Reservation{
		ID: reservationID, ReservedAt: seconds(now), Hold: &Hold{Attempt: attempt, Until: seconds(now.Add(keep))},
	})
	d.state.Version++
	return false, nil
}

// Book makes guest's reservation of a held seat and raises Seat Reserved, and Dinner
// Full with the last seat. Once made it stays made: from here on there is no way
// back but Cancel. It refuses when the hold is gone, and what Reserve refuses.
func (d *Dinner) Book(now time.Time, reservationID string, guest Guest) error {
	var bad refusal.Fields
	text(&bad, "guestName", guest.Name, MaxName)
	if err := bad.Err(); err != nil {
		return err
	}
	i := slices.IndexFunc(d.state.Reservations, func(r Reservation) bool { return r.ID == reservationID })
	if i >= 0 && d.state.Reservations[i].Hold == nil {
		return nil
	}
	if err := d.acceptsChanges(now); err != nil {
		return err
	}
	if i < 0 || d.state.Reservations[i].Hold.lapsed(now) {
		return refusal.New(refusal.Busy, "the seat of reservation %s is no longer held; try again", reservationID)
	}
	if r, exists := d.ReservationOf(guest.ID); exists { // made since the seat was held
		return refusal.New(refusal.AlreadyReserved, "you already hold reservation %s for dinner %s", r.ID, d.state.ID)
	}
	d.state.Reservations = slices.Clone(d.state.Reservations)
	d.state.Reservations[i].Hold, d.state.Reservations[i].Guest = nil, guest
	d.reserved(now, d.state.Reservations[i])
	return nil
}

// ReleaseSeat gives back a seat that an attempt holds. A reservation that is made,
// and the hold of another attempt, stay.
func (d *Dinner) ReleaseSeat(reservationID, attempt string) {
	before := len(d.state.Reservations)
	d.state.Reservations = slices.DeleteFunc(slices.Clone(d.state.Reservations), func(r Reservation) bool {
		return r.ID == reservationID && r.Hold != nil && r.Hold.Attempt == attempt
	})
	if len(d.state.Reservations) < before {
		d.state.Version++
	}
}

// dropHolds forgets the holds that are to go. It leaves the version to whoever
// changes the dinner.
func (d *Dinner) dropHolds(gone func(Hold) bool) {
	d.state.Reservations = slices.DeleteFunc(slices.Clone(d.state.Reservations), func(r Reservation) bool {
		return r.Hold != nil && gone(*r.Hold)
	})
}

// has reports whether the dinner has a reservation, made or held.
func (d *Dinner) has(reservationID string) bool {
	return slices.ContainsFunc(d.state.Reservations, func(r Reservation) bool { return r.ID == reservationID })
}

// drop forgets a reservation.
func (d *Dinner) drop(id string) {
	d.state.Reservations = slices.DeleteFunc(slices.Clone(d.state.Reservations), func(r Reservation) bool { return r.ID == id })
}

// hasFreeSeat reports whether a seat is neither reserved nor held.
func (d *Dinner) hasFreeSeat() bool { return len(d.state.Reservations) < d.state.Seats }
