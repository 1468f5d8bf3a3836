package draft

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Fallback keeps documents in a shared store and, while that fails, in one of this
// process: a host who stays with a server then misses nothing, and one who does not
// starts again. Neither is told of it as an error.
type Fallback struct{ Shared, Own Store }

// Put keeps a document in the shared store, or here.
func (f Fallback) Put(ctx context.Context, personID string, document []byte, ttl time.Duration) error {
	err := f.Shared.Put(ctx, personID, document, ttl)
	if err == nil {
		return f.Own.Delete(ctx, personID) // an older one, of the last outage
	}
	slog.WarnContext(ctx, "session store fails: kept in this process", "error", err)
	return f.Own.Put(ctx, personID, document, ttl)
}

// Get returns the document in the shared store or, if it fails or has an older one,
// what was kept here while it failed.
func (f Fallback) Get(ctx context.Context, personID string) ([]byte, error) {
	own, ownErr := f.Own.Get(ctx, personID)
	shared, err := f.Shared.Get(ctx, personID)
	if err != nil && !errors.Is(err, ErrNone) {
		slog.WarnContext(ctx, "session store fails: what this process remembers", "error", err)
	}
	if err != nil || ownErr == nil && savedAt(own).After(savedAt(shared)) {
		return own, ownErr
	}
	return shared, nil
}

// savedAt is when a document was saved, or long ago.
func savedAt(document []byte) time.Time {
	d, err := decode(document)
	if err != nil {
		return time.Time{}
	}
	return d.SavedAt
}

// Delete removes the document from both. It fails if the shared store does: what
// should be forgotten could come back.
func (f Fallback) Delete(ctx context.Context, personID string) error {
	return errors.Join(f.Own.Delete(ctx, personID), f.Shared.Delete(ctx, personID))
}
