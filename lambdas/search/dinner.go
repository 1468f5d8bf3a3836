// Package search keeps the read model of dinners that can be found: a projection
// of the events about them, right in whatever order they arrive.
package search

import (
	"context"
	"time"

	"fulcrum/lambdas/dinner"
)

// Row is what the read model keeps of a dinner. Text, seats and status come with
// different events, so each has the version of the event it came with; a dinner
// may be kept before its Dinner Created arrives and is not found until then.
type Row struct {
	DinnerID  string    `json:"dinnerId"`
	StartsAt  time.Time `json:"startsAt"`
	HostID    string    `json:"hostId"`
	Title     string    `json:"title"`
	Place     string    `json:"place"`
	ConfirmBy time.Time `json:"confirmBy"`
	Seats     int       `json:"seats"`

	SeatsLeft     int           `json:"seatsLeft"`
	SeatsVersion  int64         `json:"seatsVersion"`
	Status        dinner.Status `json:"status"`
	StatusVersion int64         `json:"statusVersion"`

	// Revision counts the writes of the row.
	Revision int64 `json:"revision"`
}

// Key orders dinners by their time: "2030-01-02T19:00:00Z#<dinner id>".
func Key(startsAt time.Time, dinnerID string) string {
	return startsAt.UTC().Format(time.RFC3339) + "#" + dinnerID
}

// Findable reports whether a guest who searches at the time now may reserve.
func (r Row) Findable(now time.Time) bool {
	return r.Title != "" && r.Status == dinner.Open && now.Before(r.ConfirmBy)
}

// Anonymize removes the host and what the host wrote; the dinner is then not
// found any more.
func (r *Row) Anonymize() { r.HostID, r.Title, r.Place = "", "", "" }

func (r *Row) setSeatsLeft(version int64, n int) {
	if version > r.SeatsVersion {
		r.SeatsVersion, r.SeatsLeft = version, n
	}
}

func (r *Row) setStatus(version int64, s dinner.Status) {
	if version > r.StatusVersion {
		r.StatusVersion, r.Status = version, s
	}
}

// Index keeps the rows.
type Index interface {
	// Update loads the row of a dinner, or an empty one, applies change and stores
	// it together with the event's id. It does nothing if that event was applied
	// before, or if the row then names a host who is forgotten.
	Update(ctx context.Context, eventID string, startsAt time.Time, dinnerID string, change func(*Row)) error
	// Forget removes the texts of a host's dinners and refuses them from then on.
	Forget(ctx context.Context, hostID string) error
	// Rows returns rows in the order of Key, beginning after the key after, at
	// most limit of them.
	Rows(ctx context.Context, after string, limit int) ([]Row, error)
}

// Found is a dinner as the query Find Dinners shows it.
type Found struct {
	DinnerID  string    `json:"dinnerId"`
	Title     string    `json:"title"`
	Place     string    `json:"place"`
	StartsAt  time.Time `json:"startsAt"`
	ConfirmBy time.Time `json:"confirmBy"`
	Seats     int       `json:"seats"`
	SeatsLeft int       `json:"seatsLeft"`
}

// maxPages bounds how many pages of rows one query looks through for dinners that
// can be found; when they are used up the answer is short and says where to go on.
const maxPages = 5

// Find returns dinners to come that are open, by their time: the query Find
// Dinners. It returns at most limit of them, beginning after the position after,
// and the position to go on from, empty at the end.
func Find(ctx context.Context, index Index, now time.Time, after string, limit int) (found []Found, next string, err error) {
	found = make([]Found, 0, limit)
	if after == "" {
		after = now.UTC().Format(time.RFC3339)
	}
	page := limit + 1
	for range maxPages {
		rows, err := index.Rows(ctx, after, page)
		if err != nil {
			return nil, "", err
		}
		for _, r := range rows {
			if r.Findable(now) {
				if len(found) == limit {
					return found, after, nil
				}
				found = append(found, Found{
					DinnerID: r.DinnerID, Title: r.Title, Place: r.Place, StartsAt: r.StartsAt,
					ConfirmBy: r.ConfirmBy, Seats: r.Seats, SeatsLeft: r.SeatsLeft,
				})
			}
			after = Key(r.StartsAt, r.DinnerID)
		}
		if len(rows) < page {
			return found, "", nil
		}
	}
	return found, after, nil
}
