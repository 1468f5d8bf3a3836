package dinner

import (
	"slices"
	"time"

	"fulcrum/lambdas/refusal"
)

// Reserve holds a seat for guest under the given reservation id and raises Seat
// Reserved, and Dinner Full with the last seat. It refuses when the dinner is not
// open, the cut-off has passed, the guest has a seat already, or none is left.
func (d *Dinner) Reserve(now time.Time, reservationID string, guest Guest) error {
	var bad refusal.Fields
	text(&bad, "guestName", guest.Name, MaxName)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := d.acceptsChanges(now); err != nil {
		return err
	}
	d.dropHolds(func(h Hold) bool { return h.lapsed(now) })
	if r, ok := d.ReservationOf(guest.ID); ok {
		return refusal.New(refusal.AlreadyReserved, "you already hold reservation %s for dinner %s", r.ID, d.state.ID)
	}
	if !d.hasFreeSeat() {
		return refusal.New(refusal.DinnerFull, "all %d seats of dinner %s are reserved", d.state.Seats, d.state.ID)
	}
	r := Reservation{ID: reservationID, Guest: guest, ReservedAt: seconds(now)}
	d.state.Reservations = append(d.state.Reservations, r)
	d.reserved(now, r)
	return nil
}

// reserved raises the events of a reservation that was made.
func (d *Dinner) reserved(now time.Time, r Reservation) {
	d.raise(now, SeatReserved{
		Contract: contract, DinnerID: d.state.ID, ReservationID: r.ID, GuestID: r.Guest.ID,
		HostID: d.state.Host.ID, StartsAt: d.state.StartsAt, SeatsLeft: d.SeatsLeft(),
	})
	if d.SeatsLeft() == 0 {
		d.raise(now, Full{
			Contract: contract, DinnerID: d.state.ID, HostID: d.state.Host.ID,
			StartsAt: d.state.StartsAt, Seats: d.state.Seats,
		})
	}
}

// Confirm fixes the number of guests and raises Number Confirmed; with fewer
// reservations than the minimum it cancels the dinner and raises Dinner Cancelled
// instead. It refuses anybody but the host, a dinner that is not open, and a
// confirmation at or after the cut-off.
func (d *Dinner) Confirm(now time.Time, hostID string) error {
	if hostID == "" || hostID != d.state.Host.ID {
		return refusal.New(refusal.NotHost, "only the host of dinner %s may confirm its number", d.state.ID)
	}
	if err := d.acceptsChanges(now); err != nil {
		return err
	}
	d.dropHolds(func(Hold) bool { return true })
	if len(d.state.Reservations) < d.state.Minimum {
		d.cancel(now, TooFewReservations)
		return nil
	}
	d.state.Status = Confirmed
	d.raise(now, NumberConfirmed{
		Contract: contract, DinnerID: d.state.ID, HostID: d.state.Host.ID, StartsAt: d.state.StartsAt,
		Number: len(d.state.Reservations), GuestIDs: d.guestIDs(),
	})
	return nil
}

// Cancel gives a guest's seat back and raises Reservation Cancelled. A reservation
// of somebody else is refused as if there were none. After the cut-off, or once
// the dinner is not open, seats can no longer be given back.
func (d *Dinner) Cancel(now time.Time, reservationID, guestID string) error {
	r, ok := d.ReservationOf(guestID)
	if !ok || r.ID != reservationID {
		return refusal.New(refusal.NotFound, "you hold no reservation %s for dinner %s", reservationID, d.state.ID)
	}
	if err := d.acceptsChanges(now); err != nil {
		return err
	}
	d.release(now, r)
	return nil
}

// Forget removes a person from the dinner. A guest's seat in an open dinner is
// given back; otherwise it stays counted, without id and name. A dinner that is
// still to come is cancelled when its host is forgotten.
func (d *Dinner) Forget(now time.Time, personID string) {
	if personID == "" {
		return
	}
	if r, ok := d.ReservationOf(personID); ok {
		if d.state.Status == Open {
			d.release(now, r)
		} else {
			i := slices.Index(d.state.Reservations, r)
			d.state.Reservations = slices.Clone(d.state.Reservations)
			d.state.Reservations[i].Guest = Guest{}
			d.state.Version++
		}
	}
	if d.state.Host.ID == personID {
		if d.state.Status != Cancelled && now.Before(d.state.StartsAt) {
			d.cancel(now, HostForgotten)
		}
		d.state.Host = Host{}
		d.state.Title, d.state.Place = "", "" // free text the host wrote
		d.state.Version++
	}
}

// ReservationOf returns the live reservation of a guest, and whether there is one. A
// seat that is only held is nobody's yet.
func (d *Dinner) ReservationOf(guestID string) (Reservation, bool) {
	i := slices.IndexFunc(d.state.Reservations, func(r Reservation) bool { return r.Guest.ID == guestID })
	if i < 0 || guestID == "" {
		return Reservation{}, false
	}
	return d.state.Reservations[i], true
}

func (d *Dinner) acceptsChanges(now time.Time) error {
	if d.state.Status != Open {
		return refusal.New(refusal.NotOpen, "dinner %s is %s", d.state.ID, d.state.Status)
	}
	if !now.Before(d.state.ConfirmBy) {
		return refusal.New(refusal.CutOffPassed, "the cut-off of dinner %s was %s",
			d.state.ID, d.state.ConfirmBy.Format(time.RFC3339))
	}
	return nil
}

func (d *Dinner) release(now time.Time, r Reservation) {
	d.drop(r.ID)
	d.raise(now, ReservationCancelled{
		Contract: contract, DinnerID: d.state.ID, ReservationID: r.ID, GuestID: r.Guest.ID,
		HostID: d.state.Host.ID, StartsAt: d.state.StartsAt, SeatsLeft: d.SeatsLeft(),
	})
}

func (d *Dinner) cancel(now time.Time, reason string) {
	d.dropHolds(func(Hold) bool { return true })
	d.state.Status = Cancelled
	d.raise(now, Cancellation{
		Contract: contract, DinnerID: d.state.ID, HostID: d.state.Host.ID, StartsAt: d.state.StartsAt,
		Reason: reason, GuestIDs: d.guestIDs(),
	})
}

func (d *Dinner) guestIDs() []string {
	ids := []string{}
	for _, r := range d.state.Reservations {
		if r.Guest.ID != "" {
			ids = append(ids, r.Guest.ID)
		}
	}
	return ids
}
