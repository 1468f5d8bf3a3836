package dinner

import (
	"context"
	"time"
)

// Queries are the use cases that read dinners.
type Queries struct {
	Dinners Repository
	// Views remembers what was shown. Default: every dinner shown is read.
	Views Views
}

// Views remembers views for a while.
type Views interface {
	// View returns the view of a dinner, remembered or loaded. An error of load is
	// returned as it is and not remembered.
	View(ctx context.Context, dinnerID string, load func(context.Context) (View, error)) (View, error)
}

// View is what anybody may see of a dinner: no guest is named in it.
type View struct {
	DinnerID  string    `json:"dinnerId"`
	Title     string    `json:"title"`
	Place     string    `json:"place"`
	HostName  string    `json:"hostName"`
	StartsAt  time.Time `json:"startsAt"`
	ConfirmBy time.Time `json:"confirmBy"`
	Seats     int       `json:"seats"`
	SeatsLeft int       `json:"seatsLeft"`
	Minimum   int       `json:"minimum"`
	Status    Status    `json:"status"`
	// Version changes with every change of the dinner.
	Version int64 `json:"version"`
}

// See returns one dinner: the query See Dinner.
func (q Queries) See(ctx context.Context, id string) (View, error) {
	load := func(ctx context.Context) (View, error) { return q.view(ctx, id) }
	if q.Views == nil {
		return load(ctx)
	}
	return q.Views.View(ctx, id, load)
}

func (q Queries) view(ctx context.Context, id string) (View, error) {
	d, err := q.Dinners.Get(ctx, id)
	if err != nil {
		return View{}, err
	}
	s := d.State()
	return View{
		DinnerID: s.ID, Title: s.Title, Place: s.Place, HostName: s.Host.Name,
		StartsAt: s.StartsAt, ConfirmBy: s.ConfirmBy, Seats: s.Seats, SeatsLeft: d.SeatsLeft(),
		Minimum: s.Minimum, Status: s.Status, Version: s.Version,
	}, nil
}

// Held is a reservation as its guest sees it.
type Held struct {
	ReservationID string    `json:"reservationId"`
	DinnerID      string    `json:"dinnerId"`
	Title         string    `json:"title"`
	Place         string    `json:"place"`
	StartsAt      time.Time `json:"startsAt"`
	ReservedAt    time.Time `json:"reservedAt"`
	// DinnerStatus is "open", "confirmed" or "cancelled".
	DinnerStatus Status `json:"dinnerStatus"`
}

// Mine returns a guest's live reservations, by the time of the dinner: the query
// My Reservations. It returns at most limit of them, beginning after the position
// after, and the position to go on from, empty at the end.
func (q Queries) Mine(ctx context.Context, guestID, after string, limit int) (held []Held, next string, err error) {
	if after == "" {
		after = string(AsGuest) + "#"
	}
	places, err := q.Dinners.Places(ctx, guestID, after, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(places) > limit {
		places = places[:limit]
		next = places[limit-1].Key()
	}
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.DinnerID
	}
	dinners, err := q.Dinners.Several(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	byID := make(map[string]*Dinner, len(dinners))
	for _, d := range dinners {
		byID[d.ID()] = d
	}
	held = []Held{}
	for _, p := range places {
		d, ok := byID[p.DinnerID]
		if !ok {
			continue
		}
		r, ok := d.ReservationOf(guestID)
		if !ok {
			continue // the place and the dinner were read at two moments
		}
		held = append(held, Held{
			ReservationID: r.ID, DinnerID: p.DinnerID, Title: d.state.Title, Place: d.state.Place,
			StartsAt: p.StartsAt, ReservedAt: r.ReservedAt, DinnerStatus: d.state.Status,
		})
	}
	return held, next, nil
}
