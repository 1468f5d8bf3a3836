package search

import (
	"context"
	"fmt"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// Projection folds events into the index.
type Projection struct{ Index Index }

// Handles reports whether events of the type say something that the index shows;
// the rules of the bus send no others.
func Handles(eventType string) bool { return eventType != dinner.FullType }

// Handle applies one event. It can be repeated and run in any order.
func (p Projection) Handle(ctx context.Context, e event.Event) error {
	switch e.Type {
	case guest.ForgottenType:
		gone, err := event.DataOf[guest.Forgotten](e, 1)
		if err != nil {
			return err
		}
		return p.Index.Forget(ctx, gone.GuestID)
	case dinner.CreatedType:
		d, err := event.DataOf[dinner.Created](e, 1)
		return p.apply(ctx, e, err, d.StartsAt, func(r *Row) {
			r.HostID, r.Title, r.Place = d.HostID, d.Title, d.Place
			r.ConfirmBy, r.Seats = d.ConfirmBy, d.Seats
			r.setSeatsLeft(e.Version, d.Seats)
			r.setStatus(e.Version, dinner.Open)
		})
	case dinner.SeatReservedType:
		d, err := event.DataOf[dinner.SeatReserved](e, 1)
		return p.apply(ctx, e, err, d.StartsAt, func(r *Row) { r.setSeatsLeft(e.Version, d.SeatsLeft) })
	case dinner.ReservationCancelledType:
		d, err := event.DataOf[dinner.ReservationCancelled](e, 1)
		return p.apply(ctx, e, err, d.StartsAt, func(r *Row) { r.setSeatsLeft(e.Version, d.SeatsLeft) })
	case dinner.NumberConfirmedType:
		d, err := event.DataOf[dinner.NumberConfirmed](e, 1)
		return p.apply(ctx, e, err, d.StartsAt, func(r *Row) { r.setStatus(e.Version, dinner.Confirmed) })
	case dinner.DinnerCancelledType:
		d, err := event.DataOf[dinner.Cancellation](e, 1)
		return p.apply(ctx, e, err, d.StartsAt, func(r *Row) { r.setStatus(e.Version, dinner.Cancelled) })
	}
	return fmt.Errorf("event %q %s is not one this consumer handles", e.Type, e.ID)
}

func (p Projection) apply(ctx context.Context, e event.Event, err error, startsAt time.Time, change func(*Row)) error {
	if err != nil {
		return err
	}
	return p.Index.Update(ctx, e.ID, startsAt, e.AggregateID, change)
}
