package valkey

import (
	"context"
	"errors"
	"time"

	"fulcrum/lambdas/draft"
)

// Drafts keeps drafts in a cache that all servers share, under keys that begin with
// Prefix.
type Drafts struct {
	Client *Client
	Prefix string
}

func (d Drafts) key(personID string) string { return d.Prefix + "draft:" + personID }

// Put implements draft.Store.
func (d Drafts) Put(ctx context.Context, personID string, document []byte, ttl time.Duration) error {
	return d.Client.Set(ctx, d.key(personID), document, ttl)
}

// Get implements draft.Store.
func (d Drafts) Get(ctx context.Context, personID string) ([]byte, error) {
	document, err := d.Client.Get(ctx, d.key(personID))
	if errors.Is(err, ErrMiss) {
		return nil, draft.ErrNone
	}
	return document, err
}

// Delete implements draft.Store.
func (d Drafts) Delete(ctx context.Context, personID string) error {
	return d.Client.Delete(ctx, d.key(personID))
}
