package memory

import (
	"context"
	"time"

	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/search"
)

// Inboxes is the notification.Inboxes of a Store.
type Inboxes struct{ s *Store }

var _ notification.Inboxes = Inboxes{}

// Put adds a notice.
func (r Inboxes) Put(_ context.Context, personID string, n notification.Notice) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.departed[personID] {
		return nil
	}
	if r.s.inboxes[personID] == nil {
		r.s.inboxes[personID] = map[string]notification.Notice{}
	}
	if _, ok := r.s.inboxes[personID][n.ID]; !ok {
		r.s.inboxes[personID][n.ID] = n
	}
	return nil
}

// Forget removes a person's notices.
func (r Inboxes) Forget(_ context.Context, personID string) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.departed[personID] = true
	delete(r.s.inboxes, personID)
	return nil
}

// Notices returns a person's notices, newest first.
func (r Inboxes) Notices(_ context.Context, personID, after string, limit int) ([]notification.Notice, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return page(r.s.inboxes[personID], func(id string) bool { return after == "" || id < after }, limit, true), nil
}

// Index is the search.Index of a Store.
type Index struct{ s *Store }

var _ search.Index = Index{}

// Update applies one event to the row of a dinner.
func (r Index) Update(_ context.Context, eventID string, startsAt time.Time, dinnerID string, change func(*search.Row)) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.handled[eventID] {
		return nil
	}
	key := search.Key(startsAt, dinnerID)
	row := r.s.rows[key]
	row.DinnerID, row.StartsAt = dinnerID, startsAt.UTC()
	change(&row)
	if row.HostID != "" && r.s.departed[row.HostID] {
		return nil
	}
	row.Revision++
	r.s.rows[key] = row
	r.s.handled[eventID] = true
	return nil
}

// Forget removes the texts of a host's dinners.
func (r Index) Forget(_ context.Context, hostID string) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.departed[hostID] = true
	for key, row := range r.s.rows {
		if row.HostID == hostID {
			row.Anonymize()
			r.s.rows[key] = row
		}
	}
	return nil
}

// Rows returns rows by the time of the dinner.
func (r Index) Rows(_ context.Context, after string, limit int) ([]search.Row, error) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return page(r.s.rows, func(key string) bool { return key > after }, limit, false), nil
}
