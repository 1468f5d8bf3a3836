// Package draft remembers, between two calls of a host, the dinner that is not
// opened yet: what was typed so far, for as long as a session lasts. It is a
// convenience, not a record: whatever is lost with a server or a cache the host
// types again.
package draft

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"
	"unicode/utf8"

	"fulcrum/lambdas/refusal"
)

// Draft is what a host has entered so far; any of it may be missing.
type Draft struct {
	Title     string     `json:"title,omitempty"`
	Place     string     `json:"place,omitempty"`
	HostName  string     `json:"hostName,omitempty"`
	StartsAt  *time.Time `json:"startsAt,omitempty"`
	ConfirmBy *time.Time `json:"confirmBy,omitempty"`
	Seats     *int       `json:"seats,omitempty"`
	Minimum   *int       `json:"minimum,omitempty"`
	// SavedAt is when it was saved.
	SavedAt time.Time `json:"savedAt"`
}

// maxText is the longest text of a draft, in characters: the longest of a dinner.
const maxText = 120

// ErrNone says that nothing is remembered.
var ErrNone = errors.New("no draft")

// Store keeps one document for each person, for a while.
type Store interface {
	// Put keeps a document until its time to live is over, in place of the last one.
	Put(ctx context.Context, personID string, document []byte, ttl time.Duration) error
	// Get returns it, or ErrNone.
	Get(ctx context.Context, personID string) ([]byte, error)
	// Delete removes it; nothing there is no error.
	Delete(ctx context.Context, personID string) error
}

// Session is the use cases.
type Session struct {
	Store Store
	// TTL is how long a draft is remembered after it was saved last.
	TTL time.Duration
	// Now returns the present time.
	Now func() time.Time
}

// Save remembers a host's draft in place of the last one.
func (s Session) Save(ctx context.Context, hostID string, d Draft) (Draft, error) {
	var bad refusal.Fields
	for name, text := range map[string]string{"title": d.Title, "place": d.Place, "hostName": d.HostName} {
		if utf8.RuneCountInString(text) > maxText {
			bad.Add(name, nil, "must have at most %d characters", maxText)
		}
	}
	if err := bad.Err(); err != nil {
		return Draft{}, err
	}
	d.SavedAt = s.Now().UTC().Truncate(time.Millisecond)
	document, err := json.Marshal(d)
	if err != nil {
		return Draft{}, err
	}
	return d, s.Store.Put(ctx, hostID, document, s.TTL)
}

// Read returns a host's draft. It refuses with refusal.NotFound if there is none.
func (s Session) Read(ctx context.Context, hostID string) (Draft, error) {
	none := refusal.New(refusal.NotFound, "you have no draft; it is kept for %v after you saved it", s.TTL)
	document, err := s.Store.Get(ctx, hostID)
	if errors.Is(err, ErrNone) {
		return Draft{}, none
	}
	if err != nil {
		return Draft{}, err
	}
	d, err := decode(document)
	if err != nil {
		slog.WarnContext(ctx, "draft unreadable: as good as none", "error", err)
		return Draft{}, none
	}
	return d, nil
}

func decode(document []byte) (Draft, error) {
	var d Draft
	if err := json.Unmarshal(document, &d); err != nil {
		return Draft{}, err
	}
	if !d.SavedAt.After(time.Time{}) {
		return Draft{}, errors.New("it was never saved")
	}
	return d, nil
}

// Drop forgets a host's draft.
func (s Session) Drop(ctx context.Context, hostID string) error { return s.Store.Delete(ctx, hostID) }
