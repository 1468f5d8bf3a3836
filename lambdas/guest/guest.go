// Package guest holds the Guest aggregate and the command Forget Me.
//
// What the system knows of a guest is the id in their access token, the name
// they gave with each reservation, and their notices. Forget Me removes all of
// it and leaves a mark, so that nothing that is still under way brings it back.
package guest

import "time"

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
	state State
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
func FromState(s State) *Guest { return &Guest{state: s} }

// State returns a copy of everything kept of the guest.
func (g *Guest) State() State { return g.state }

// Leave notes that the guest asked to be forgotten.
func (g *Guest) Leave(now time.Time) {
	if g.state.LeavingAt.IsZero() {
		g.state.LeavingAt = now.UTC()
		g.state.Version++
	}
}

// Forget notes that everything about the guest is gone and returns the event to
// be stored with it; nil if that was noted before.
func (g *Guest) Forget(now time.Time) *Forgotten {
	if !g.state.ForgottenAt.IsZero() {
		return nil
	}
	g.Leave(now)
	g.state.ForgottenAt = now.UTC()
	g.state.Version++
	return &Forgotten{Contract: 1, GuestID: g.state.ID}
}
