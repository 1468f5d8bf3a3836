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

// Get returns the document in the shared store or, if it fails or has none, what was
// kept here while it failed.
func (f Fallback) Get(ctx context.Context, personID string) ([]byte, error) {
	own, err := f.Own.Get(ctx, personID)
	if err == nil {
		return own, nil // a later Put that reached the shared store would have removed it
	}
	shared, err := f.Shared.Get(ctx, personID)
	if err != nil && !errors.Is(err, ErrNone) {
		slog.WarnContext(ctx, "session store fails: nothing remembered", "error", err)
		return nil, ErrNone
	}
	return shared, err
}

// Delete removes the document from both. It fails if the shared store does: what
// should be forgotten could come back.
func (f Fallback) Delete(ctx context.Context, personID string) error {
	return errors.Join(f.Own.Delete(ctx, personID), f.Shared.Delete(ctx, personID))
}
