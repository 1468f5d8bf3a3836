package notification

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// Policy reacts to events with notices.
type Policy struct{ Inboxes Inboxes }

// Handles reports whether the policy has something to do for events of the type;
// the rules of the bus send no others.
func Handles(eventType string) bool { return eventType != dinner.CreatedType }

// Handle writes the notices of one event. It can be repeated and run in any
// order: a notice is kept under the event's id, and a forgotten guest stays so.
func (p Policy) Handle(ctx context.Context, e event.Event) error {
	if e.Type == guest.ForgottenType {
		gone, err := event.DataOf[guest.Forgotten](e, 1)
		if err != nil {
			return err
		}
		return p.Inboxes.Forget(ctx, gone.GuestID)
	}
	notices, err := Of(e)
	if err != nil {
		return err
	}
	for _, personID := range slices.Sorted(maps.Keys(notices)) {
		if err := p.Inboxes.Put(ctx, personID, notices[personID]); err != nil {
			return err
		}
	}
	return nil
}

// Of returns the notices of an event, by the id of whom each is for.
func Of(e event.Event) (map[string]Notice, error) {
	letters, err := write(e)
	if err != nil {
		return nil, err
	}
	notices := map[string]Notice{}
	for _, l := range letters {
		if l.to != "" {
			notices[l.to] = Notice{ID: e.ID, Type: e.Type, DinnerID: e.AggregateID, Text: l.text, OccurredAt: e.OccurredAt}
		}
	}
	return notices, nil
}

// letter is a notice's text and whom it is for.
type letter struct{ to, text string }

func write(e event.Event) ([]letter, error) {
	switch e.Type {
	case dinner.SeatReservedType:
		d, err := event.DataOf[dinner.SeatReserved](e, 1)
		return one(
			letter{d.GuestID, "Your seat is reserved; the dinner begins " + at(d.StartsAt) + "."},
			letter{d.HostID, fmt.Sprintf("A seat was reserved; seats left: %d.", d.SeatsLeft)},
		), err
	case dinner.FullType:
		d, err := event.DataOf[dinner.Full](e, 1)
		return []letter{{d.HostID, fmt.Sprintf("Your dinner is full: all %d seats are reserved.", d.Seats)}}, err
	case dinner.NumberConfirmedType:
		d, err := event.DataOf[dinner.NumberConfirmed](e, 1)
		return all(d.GuestIDs, fmt.Sprintf("The dinner takes place %s; number of guests: %d.", at(d.StartsAt), d.Number)), err
	case dinner.DinnerCancelledType:
		d, err := event.DataOf[dinner.Cancellation](e, 1)
		to := d.GuestIDs
		if d.Reason == dinner.TooFewReservations {
			to = append(to, d.HostID)
		}
		return all(to, "The dinner planned for "+at(d.StartsAt)+" does not take place."), err
	case dinner.ReservationCancelledType:
		d, err := event.DataOf[dinner.ReservationCancelled](e, 1)
		return one(
			letter{d.GuestID, "Your reservation for the dinner " + at(d.StartsAt) + " is cancelled."},
			letter{d.HostID, fmt.Sprintf("A reservation was cancelled; seats left: %d.", d.SeatsLeft)},
		), err
	}
	return nil, fmt.Errorf("event %q %s is not one this consumer handles", e.Type, e.ID)
}

// one returns a letter for the guest and one for the host; a host who is their
// own guest gets the guest's.
func one(guest, host letter) []letter {
	if guest.to == host.to {
		return []letter{guest}
	}
	return []letter{guest, host}
}

func all(to []string, text string) []letter {
	letters := make([]letter, len(to))
	for i, id := range to {
		letters[i] = letter{id, text}
	}
	return letters
}

func at(t time.Time) string { return t.UTC().Format("2006-01-02 at 15:04 UTC") }
