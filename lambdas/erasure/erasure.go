// Package erasure destroys the data key of a person who is forgotten, and deletes the
// account that they signed in with.
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
	// Subject returns whose key a person's is, as tokens call them; empty once it is
	// destroyed.
	Subject(ctx context.Context, person string) (string, error)
	// Destroy destroys a person's key, for good. It can be repeated.
	Destroy(ctx context.Context, person string) error
}

// Accounts are those that persons sign in with.
type Accounts interface {
	// Delete deletes the account of the subject of a token. It can be repeated.
	Delete(ctx context.Context, subject string) error
}

// Policy reacts to Guest Forgotten.
type Policy struct {
	Keys Keys
	// Accounts are nil where persons have none that is the system's.
	Accounts Accounts
}

// Handle deletes the account of the guest of one event and then destroys the key, for
// nothing but the key's table leads from the guest to the account. It can be repeated.
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
	if err := p.close(ctx, gone.GuestID); err != nil {
		return err
	}
	return p.Keys.Destroy(ctx, gone.GuestID)
}

func (p Policy) close(ctx context.Context, person string) error {
	if p.Accounts == nil {
		return nil
	}
	subject, err := p.Keys.Subject(ctx, person)
	if err != nil || subject == "" { // the key is gone, and so is the account
		return err
	}
	return p.Accounts.Delete(ctx, subject)
}
