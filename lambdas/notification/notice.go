// Package notification turns domain events into notices, an inbox for each
// person, and forgets the inbox of a forgotten guest.
package notification

import (
	"context"
	"time"
)

// Notice tells one person about one event.
type Notice struct {
	// ID is the id of the event; notices sort by it in the order of events.
	ID       string `json:"id"`
	Type     string `json:"type"`
	DinnerID string `json:"dinnerId"`
	// Text is one sentence; it names nobody.
	Text       string    `json:"text"`
	OccurredAt time.Time `json:"occurredAt"`
}

// Inboxes keeps the notices of persons.
type Inboxes interface {
	// Put adds a notice to a person's inbox. It does nothing if the notice is
	// there already or the person is forgotten.
	Put(ctx context.Context, personID string, n Notice) error
	// Forget removes a person's inbox and refuses their notices from then on.
	Forget(ctx context.Context, personID string) error
	// Notices returns a person's notices, newest first, beginning after (older
	// than) the notice with the id after; at most limit of them.
	Notices(ctx context.Context, personID, after string, limit int) ([]Notice, error)
}

// Mine returns a person's notices, newest first: the query My Notices. It returns
// at most limit of them and the position to go on from, empty at the end.
func Mine(ctx context.Context, inboxes Inboxes, personID, after string, limit int) (notices []Notice, next string, err error) {
	notices, err = inboxes.Notices(ctx, personID, after, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(notices) > limit {
		notices = notices[:limit]
		next = notices[limit-1].ID
	}
	return notices, next, nil
}
