package dinner

import (
	"context"
	"time"

	"fulcrum/lambdas/once"
)

// Repository keeps dinners. Every write stores the dinner, the events it raised
// and the record of the call together, or nothing.
type Repository interface {
	// Add stores a new dinner and returns answer, or the recorded answer if the
	// call was recorded before (the dinner is then dropped).
	Add(ctx context.Context, call once.Call, d *Dinner, answer []byte) ([]byte, error)
	// Update loads the dinner with the given id, applies change and stores the
	// result; change may run again if others write at the same time. It returns
	// what change answered, or the recorded answer if the call was recorded
	// before, of whatever dinner. An error of change is returned as it is and
	// nothing is stored. A dinner that does not exist is a refusal with code
	// NotFound.
	Update(ctx context.Context, id string, call once.Call, change func(*Dinner) (answer []byte, err error)) ([]byte, error)
	// Get returns the dinner with the given id, or a refusal with code NotFound.
	Get(ctx context.Context, id string) (*Dinner, error)
	// Places returns where a person has a part in a dinner, as host or with a live
	// reservation, in the order of Place.Key, beginning after the key after; at
	// most limit of them.
	Places(ctx context.Context, personID, after string, limit int) ([]Place, error)
	// Several returns the dinners that exist among ids, in no order.
	Several(ctx context.Context, ids []string) ([]*Dinner, error)
}

// Role is the part a person has in a dinner.
type Role string

// A host gives a dinner, a guest holds a reservation.
const (
	AsGuest Role = "RESERVATION"
	AsHost  Role = "DINNER"
)

// Place is a person's part in one dinner.
type Place struct {
	Role     Role
	DinnerID string
	StartsAt time.Time
}

// Key orders a person's places: reservations by the time of the dinner, after
// the dinners given. It is "RESERVATION#2030-01-02T19:00:00Z#<dinner id>".
func (p Place) Key() string {
	return string(p.Role) + "#" + p.StartsAt.UTC().Format(time.RFC3339) + "#" + p.DinnerID
}

// PlaceChange is a place gained or lost through an event.
type PlaceChange struct {
	EventType string
	PersonID  string
	Place     Place
	Lost      bool
}

// PlaceChanges returns what the dinner's new events change about the places of
// persons.
func (d *Dinner) PlaceChanges() []PlaceChange {
	var changes []PlaceChange
	for _, r := range d.raised {
		switch e := r.data.(type) {
		case Created:
			changes = append(changes, PlaceChange{r.data.Type(), e.HostID, Place{AsHost, e.DinnerID, e.StartsAt}, false})
		case SeatReserved:
			changes = append(changes, PlaceChange{r.data.Type(), e.GuestID, Place{AsGuest, e.DinnerID, e.StartsAt}, false})
		case ReservationCancelled:
			changes = append(changes, PlaceChange{r.data.Type(), e.GuestID, Place{AsGuest, e.DinnerID, e.StartsAt}, true})
		}
	}
	return changes
}
