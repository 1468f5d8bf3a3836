package dinner

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// HoldFor is how long a seat is held for a reservation that is being made: longer
// than any run of the process takes.
const HoldFor = 2 * time.Minute

// Hold holds a seat of a dinner that still is as the person saw it: the first step
// of making a reservation. It reports whether the reservation was made before, also
// if it has been cancelled since: the call is then answered as it was. It can be
// repeated.
func (c Commands) Hold(ctx context.Context, call once.Call, dinnerID, reservationID, attempt string, guest Guest) (made bool, err error) {
	_, err = c.Dinners.Update(ctx, dinnerID, once.Call{}, func(d *Dinner) (_ []byte, err error) {
		// What an earlier attempt of the same call changed, the person could not see.
		if !d.has(reservationID) {
			if err := asSeen(call, d); err != nil {
				return nil, err
			}
		}
		made, err = d.HoldSeat(c.Now(), reservationID, attempt, guest, HoldFor)
		return nil, err
	})
	var refused *refusal.Error
	if !errors.As(err, &refused) || !call.Recorded() {
		return made, err
	}
	_, err = c.Dinners.Update(ctx, dinnerID, call, func(*Dinner) ([]byte, error) { return nil, refused })
	return err == nil, err
}

// Book makes the reservation of a held seat and records the call: the step from
// which on the reservation stands. It can be repeated. An answer that was recorded
// before is given again, and the seat that was held for it meanwhile goes back.
func (c Commands) Book(ctx context.Context, call once.Call, dinnerID, reservationID, attempt string, guest Guest) (ReserveAnswer, error) {
	booked := false
	answer, err := once.Decode[ReserveAnswer](c.Dinners.Update(ctx, dinnerID, call, func(d *Dinner) ([]byte, error) {
		booked = true
		if err := d.Book(c.Now(), reservationID, guest); err != nil {
			return nil, err
		}
		return json.Marshal(ReserveAnswer{ReservationID: reservationID, DinnerID: dinnerID, SeatsLeft: d.SeatsLeft()})
	}))
	if err == nil && !booked {
		err = c.Release(ctx, dinnerID, reservationID, attempt)
	}
	return answer, err
}

// Release gives a held seat back: what undoes Hold. It can be repeated, and changes
// nothing about a reservation that is made.
func (c Commands) Release(ctx context.Context, dinnerID, reservationID, attempt string) error {
	_, err := c.Dinners.Update(ctx, dinnerID, once.Call{}, func(d *Dinner) ([]byte, error) {
		d.ReleaseSeat(reservationID, attempt)
		return nil, nil
	})
	return err
}
