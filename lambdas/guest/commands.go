package guest

import (
	"context"
	"time"

	"fulcrum/lambdas/refusal"
)

// Repository keeps guests.
type Repository interface {
	// Update loads the guest with the given id, or one of whom nothing is kept,
	// applies change and stores the guest and the events it raised together;
	// change may run again if others write at the same time.
	Update(ctx context.Context, id string, change func(*Guest)) error
	// Erase removes what is kept about the guest beside dinners: places, records
	// of calls, and stored events about them.
	Erase(ctx context.Context, id string) error
}

// Dinners forgets persons in the dinners they have a part in.
type Dinners interface {
	Forget(ctx context.Context, personID string) error
}

// Commands are the use cases that change guests.
type Commands struct {
	Guests  Repository
	Dinners Dinners
	// Now returns the present time.
	Now func() time.Time
}

// Forget removes everything about a guest: the command Forget Me. It first closes
// the door to new reservations, then cleans the dinners, then raises Guest
// Forgotten so that the read models follow. When it fails half way nothing is
// undone; sending the command again goes on from there.
func (c Commands) Forget(ctx context.Context, guestID string) error {
	err := c.Guests.Update(ctx, guestID, func(g *Guest) { g.Leave(c.Now()) })
	if err != nil {
		return err
	}
	if err := c.Dinners.Forget(ctx, guestID); err != nil {
		return err
	}
	if err := c.Guests.Erase(ctx, guestID); err != nil {
		return err
	}
	return c.Guests.Update(ctx, guestID, func(g *Guest) { g.Forget(c.Now()) })
}

// Check refuses a guest who asked to be forgotten.
func (c Commands) Check(ctx context.Context, guestID string) error {
	leaving := false
	err := c.Guests.Update(ctx, guestID, func(g *Guest) { leaving = !g.State().LeavingAt.IsZero() })
	if err == nil && leaving {
		return refusal.New(refusal.Forgotten, "you asked to be forgotten")
	}
	return err
}
