// Package erasure destroys the data key of a person who is forgotten.
//
// It is a consumer of events, so that no crash between the store and the key can
// keep a key alive: the event comes again until the key is gone.
package erasure

import (
	"context"
	"fmt"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// Keys destroys keys.
type Keys interface {
	// Destroy destroys a person's key, for good. It can be repeated.
	Destroy(ctx context.Context, person string) error
}

// Policy reacts to Guest Forgotten.
type Policy struct{ Keys Keys }

// Handle destroys the key of the guest of one event. It can be repeated.
func (p Policy) Handle(ctx context.Context, e event.Event) error {
	if e.Type != guest.ForgottenType {
		return fmt.Errorf("event %q %s is not one this consumer handles", e.Type, e.ID)
	}
	gone, err := event.DataOf[guest.Forgotten](e, 1)
	if err != nil {
		return err
	}
	if gone.GuestID == "" {
		return fmt.Errorf("event %q %s names no guest", e.Type, e.ID)
	}
	return p.Keys.Destroy(ctx, gone.GuestID)
}
