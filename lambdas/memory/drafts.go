package memory

import (
	"context"
	"sync"
	"time"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/refusal"
)

// maxDrafts bounds what hosts can make a process remember: 16 KB each at most.
const maxDrafts = 4096

// Drafts keeps drafts in this process: for one server, or for hosts who stay with
// theirs. It is safe for concurrent use.
type Drafts struct {
	// Now returns the present time.
	Now func() time.Time

	mu   sync.Mutex
	kept map[string]keptDraft
}

type keptDraft struct {
	document []byte
	until    time.Time
}

// Put implements draft.Store. It refuses with refusal.Busy when too many are kept.
func (d *Drafts) Put(_ context.Context, personID string, document []byte, ttl time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = map[string]keptDraft{}
	}
	if _, there := d.kept[personID]; !there && len(d.kept) >= maxDrafts {
		d.sweep()
		if len(d.kept) >= maxDrafts {
			return refusal.New(refusal.Busy, "too many drafts are kept at once; try again later")
		}
	}
	d.kept[personID] = keptDraft{append([]byte(nil), document...), d.Now().Add(ttl)}
	return nil
}

// sweep drops what is over.
func (d *Drafts) sweep() {
	now := d.Now()
	for id, k := range d.kept {
		if !now.Before(k.until) {
			delete(d.kept, id)
		}
	}
}

// Get implements draft.Store.
func (d *Drafts) Get(_ context.Context, personID string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k, there := d.kept[personID]
	if !there || !d.Now().Before(k.until) {
		delete(d.kept, personID)
		return nil, draft.ErrNone
	}
	return append([]byte(nil), k.document...), nil
}

// Delete implements draft.Store.
func (d *Drafts) Delete(_ context.Context, personID string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.kept, personID)
	return nil
}
