// Package guest holds the Guest aggregate and the command Forget Me.
//
// What the system knows of a guest is the id in their access token, the name
// they gave with each reservation, and their notices. Forget Me removes all of
// it and leaves a mark, so that nothing that is still under way brings it back.
package guest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"fulcrum/lambdas/event"
)

// ForgottenType is the name of the event Guest Forgotten.
const ForgottenType = "Guest Forgotten"

// Source is the source of this package's events on the bus.
const Source = "dinner.identity"

// Forgotten is the data of Guest Forgotten.
type Forgotten struct {
	Contract int    `json:"contract"`
	GuestID  string `json:"guestId"`
}

// Guest is the aggregate: a person who may hold reservations and give dinners.
type Guest struct {
	state     State
	stored    int64 // the version the store has, 0 for none
	forgotten bool  // Guest Forgotten is raised and not stored yet
}

// State is everything kept of a guest.
type State struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	// LeavingAt is when the guest asked to be forgotten; zero for never. From then
	// on no reservation is accepted.
	LeavingAt time.Time `json:"leavingAt"`
	// ForgottenAt is when everything about the guest was gone; zero for not yet.
	ForgottenAt time.Time `json:"forgottenAt"`
}

// FromState returns the guest an adapter kept, or with only an id a guest of whom
// nothing is kept.
func FromState(s State) *Guest { return &Guest{state: s, stored: s.Version} }

// State returns a copy of everything kept of the guest.
func (g *Guest) State() State { return g.state }

// Leave notes that the guest asked to be forgotten.
func (g *Guest) Leave(now time.Time) {
	if g.state.LeavingAt.IsZero() {
		g.state.LeavingAt = now.UTC()
		g.state.Version++
	}
}

// Forget notes that everything about the guest is gone and raises Guest Forgotten,
// once.
func (g *Guest) Forget(now time.Time) {
	if !g.state.ForgottenAt.IsZero() {
		return
	}
	g.Leave(now)
	g.state.ForgottenAt = now.UTC()
	g.state.Version++
	g.forgotten = true
}

// StoredVersion returns the version the store must still have for this guest to
// be written, 0 for none.
func (g *Guest) StoredVersion() int64 { return g.stored }

// Changed reports whether the guest differs from what the store has.
func (g *Guest) Changed() bool { return g.state.Version != g.stored }

// Events returns the events to be stored together with the guest, with new ids
// and the trace in ctx.
func (g *Guest) Events(ctx context.Context, newID func() string) ([]event.Event, error) {
	if !g.forgotten {
		return nil, nil
	}
	data, err := json.Marshal(Forgotten{Contract: 1, GuestID: g.state.ID})
	if err != nil {
		return nil, fmt.Errorf("data of %s of guest %s: %w", ForgottenType, g.state.ID, err)
	}
	return []event.Event{{
		ID: newID(), Source: Source, Type: ForgottenType, Version: g.state.Version, OccurredAt: g.state.ForgottenAt,
		Aggregate: "Guest", AggregateID: g.state.ID, Trace: event.Trace(ctx), Data: data,
	}}, nil
}
