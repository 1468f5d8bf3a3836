// Package memory keeps everything in this process, for tests and for a run
// without AWS. Choose package dynamo for anything that must outlive the process.
package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/search"
)

// Store holds all that is kept. Its parts are the adapters of the ports.
type Store struct {
	now           func() time.Time
	newID         func() string
	callRetention time.Duration

	mu       sync.Mutex
	dinners  map[string]dinner.State
	guests   map[string]guest.State
	places   map[string]map[string]dinner.Place // person id, place key
	calls    map[string]call                    // call id
	events   []event.Event
	inboxes  map[string]map[string]notification.Notice // person id, notice id
	rows     map[string]search.Row                     // row key
	handled  map[string]bool                           // event id
	departed map[string]bool                           // person id, in the read models
	outcomes map[string]outcome                        // command id
}

type outcome struct {
	person    string
	kept      queued.Outcome
	expiresAt time.Time
}

type call struct {
	person    string
	record    once.Record
	expiresAt time.Time
}

// New returns an empty store. now returns the present time, newID ids of events;
// a call can be repeated for callRetention.
func New(now func() time.Time, newID func() string, callRetention time.Duration) *Store {
	return &Store{
		now: now, newID: newID, callRetention: callRetention,
		dinners: map[string]dinner.State{}, guests: map[string]guest.State{},
		places: map[string]map[string]dinner.Place{}, calls: map[string]call{},
		inboxes: map[string]map[string]notification.Notice{}, rows: map[string]search.Row{},
		handled: map[string]bool{}, departed: map[string]bool{}, outcomes: map[string]outcome{},
	}
}

// Dinners returns the dinner.Repository.
func (s *Store) Dinners() Dinners { return Dinners{s} }

// Guests returns the guest.Repository.
func (s *Store) Guests() Guests { return Guests{s} }

// Inboxes returns the notification.Inboxes.
func (s *Store) Inboxes() Inboxes { return Inboxes{s} }

// Index returns the search.Index.
func (s *Store) Index() Index { return Index{s} }

// Ping returns nil: the store is always there.
func (s *Store) Ping(context.Context) error { return nil }

// Events returns the events stored from position on, in the order they were
// stored, and the position to go on from.
func (s *Store) Events(position int) ([]event.Event, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events[position:]), len(s.events)
}

// recorded returns the answer of a call that was recorded, nil if it was not.
func (s *Store) recorded(c once.Call) ([]byte, error) {
	if r, ok := s.recordOf(c); ok && c.Recorded() {
		return r.Replay(c)
	}
	return nil, nil
}

// recordOf returns the record of a call, if there is one that counts.
func (s *Store) recordOf(c once.Call) (once.Record, bool) {
	kept, ok := s.calls[c.ID()]
	return kept.record, ok && s.now().Before(kept.expiresAt)
}

func (s *Store) record(c once.Call, r once.Record) {
	if c.Recorded() {
		s.calls[c.ID()] = call{person: c.Person, record: r, expiresAt: s.now().Add(s.callRetention)}
	}
}
