package dinner

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Commands are the use cases that change dinners.
type Commands struct {
	Dinners Repository
	// Now returns the present time.
	Now func() time.Time
	// NewID returns a new, unguessable id.
	NewID func() string
}

// CreateAnswer answers Create Dinner.
type CreateAnswer struct {
	DinnerID string `json:"dinnerId"`
}

// Create opens a dinner: the command Create Dinner.
func (c Commands) Create(ctx context.Context, call once.Call, host Host, plan Plan) (CreateAnswer, error) {
	id := c.NewID()
	d, err := New(c.Now(), id, host, plan)
	if err != nil {
		return c.created(ctx, call, id, err)
	}
	answer, err := json.Marshal(CreateAnswer{DinnerID: id})
	if err != nil {
		return CreateAnswer{}, err
	}
	return once.Decode[CreateAnswer](c.Dinners.Add(ctx, call, d, answer))
}

// created answers a call whose plan is refused: a repetition whose time has run out
// since it was done is answered as it was then.
func (c Commands) created(ctx context.Context, call once.Call, id string, refused error) (CreateAnswer, error) {
	if !call.Recorded() {
		return CreateAnswer{}, refused
	}
	answer, err := once.Decode[CreateAnswer](c.Dinners.Update(ctx, id, call, func(*Dinner) ([]byte, error) { return nil, refused }))
	var other *refusal.Error
	if errors.As(err, &other) { // there is no such dinner, or the key was of another request
		return CreateAnswer{}, refused
	}
	return answer, err
}

// update changes a dinner that still is as the person saw it.
func (c Commands) update(ctx context.Context, id string, call once.Call, change func(*Dinner) ([]byte, error)) ([]byte, error) {
	return c.Dinners.Update(ctx, id, call, func(d *Dinner) ([]byte, error) {
		if err := asSeen(call, d); err != nil {
			return nil, err
		}
		return change(d)
	})
}

// asSeen refuses a dinner that is no longer as the person saw it.
func asSeen(call once.Call, d *Dinner) error {
	if call.Versions != nil && !slices.Contains(call.Versions, d.state.Version) {
		return refusal.New(refusal.Changed, "dinner %s has version %d, not one that you named", d.state.ID, d.state.Version)
	}
	return nil
}

// ReserveAnswer answers Reserve Seat.
type ReserveAnswer struct {
	ReservationID string `json:"reservationId"`
	DinnerID      string `json:"dinnerId"`
	SeatsLeft     int    `json:"seatsLeft"`
}

// Reserve holds a seat for a guest: the command Reserve Seat.
func (c Commands) Reserve(ctx context.Context, call once.Call, dinnerID string, guest Guest) (ReserveAnswer, error) {
	reservationID := c.NewID()
	return once.Decode[ReserveAnswer](c.update(ctx, dinnerID, call, func(d *Dinner) ([]byte, error) {
		if err := d.Reserve(c.Now(), reservationID, guest); err != nil {
			return nil, err
		}
		return json.Marshal(ReserveAnswer{ReservationID: reservationID, DinnerID: dinnerID, SeatsLeft: d.SeatsLeft()})
	}))
}

// ConfirmAnswer answers Confirm Number.
type ConfirmAnswer struct {
	DinnerID string `json:"dinnerId"`
	// Status is "confirmed", or "cancelled" if too few had reserved.
	Status Status `json:"status"`
	// Number is how many guests hold a reservation.
	Number int `json:"number"`
}

// Confirm fixes the number of guests: the command Confirm Number.
func (c Commands) Confirm(ctx context.Context, call once.Call, dinnerID, hostID string) (ConfirmAnswer, error) {
	return once.Decode[ConfirmAnswer](c.update(ctx, dinnerID, call, func(d *Dinner) ([]byte, error) {
		if err := d.Confirm(c.Now(), hostID); err != nil {
			return nil, err
		}
		s := d.State()
		return json.Marshal(ConfirmAnswer{DinnerID: dinnerID, Status: s.Status, Number: len(s.Reservations)})
	}))
}

// Cancel gives a guest's seat back: the command Cancel Reservation.
func (c Commands) Cancel(ctx context.Context, call once.Call, dinnerID, reservationID, guestID string) error {
	_, err := c.update(ctx, dinnerID, call, func(d *Dinner) ([]byte, error) {
		return []byte("{}"), d.Cancel(c.Now(), reservationID, guestID)
	})
	return err
}

// Forget removes a person from every dinner they have a part in. It can be
// repeated: what was done before stays done.
func (c Commands) Forget(ctx context.Context, personID string) error {
	for after := ""; ; {
		places, err := c.Dinners.Places(ctx, personID, after, 100)
		if err != nil || len(places) == 0 {
			return err
		}
		for _, p := range places {
			_, err := c.Dinners.Update(ctx, p.DinnerID, once.Call{}, func(d *Dinner) ([]byte, error) {
				d.Forget(c.Now(), personID)
				return nil, nil
			})
			if err != nil && !refusal.Is(err, refusal.NotFound) { // a place may lead nowhere
				return err
			}
			after = p.Key()
		}
	}
}
