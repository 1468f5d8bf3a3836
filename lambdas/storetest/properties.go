package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
	"fulcrum/lambdas/search"
)

// model is what a dinner must be after the commands so far, kept in the simplest
// way there is.
type model struct {
	seats, minimum int
	status         dinner.Status
	held           map[string]string // guest id to reservation id
	cutOff         time.Time
}

func (m *model) refusal(now time.Time) refusal.Code {
	switch {
	case m.status != dinner.Open:
		return refusal.NotOpen
	case !now.Before(m.cutOff):
		return refusal.CutOffPassed
	}
	return ""
}

// Properties sends random commands to the adapters and to a model of one dinner.
// However they fall, no seat is oversold, no reservation is lost or made twice,
// and the read model folded from the events, shuffled and repeated, agrees.
func Properties(t *testing.T, o Open) {
	rapid.Check(t, func(r *rapid.T) {
		f := open(t, o)
		m := &model{
			seats: rapid.IntRange(1, 4).Draw(r, "seats"), status: dinner.Open,
			held: map[string]string{}, cutOff: noon.Add(24 * time.Hour),
		}
		m.minimum = rapid.IntRange(0, m.seats).Draw(r, "minimum")
		id := f.dinner(t, m.seats, m.minimum)
		guests := rapid.IntRange(0, 5)
		key := 0
		r.Repeat(map[string]func(*rapid.T){
			"reserve": func(r *rapid.T) {
				g := person(guests.Draw(r, "guest"))
				want := m.refusal(f.now())
				switch {
				case want != "":
				case m.held[g.ID] != "":
					want = refusal.AlreadyReserved
				case len(m.held) == m.seats:
					want = refusal.DinnerFull
				}
				key++
				call := once.Call{Person: g.ID, Operation: "Reserve Seat", Key: fmt.Sprint(key), Fingerprint: "f"}
				for range rapid.IntRange(1, 2).Draw(r, "times") {
					got, err := f.commands.Reserve(t.Context(), call, id, g)
					agree(r, err, want)
					if err == nil && m.held[g.ID] == "" {
						m.held[g.ID] = got.ReservationID
					}
					if err == nil && m.held[g.ID] != got.ReservationID {
						r.Fatalf("one call made reservations %s and %s", m.held[g.ID], got.ReservationID)
					}
				}
			},
			"cancel": func(r *rapid.T) {
				g := person(guests.Draw(r, "guest"))
				want := m.refusal(f.now())
				if m.held[g.ID] == "" {
					want = refusal.NotFound
				}
				err := f.commands.Cancel(t.Context(), once.Call{}, id, m.held[g.ID], g.ID)
				agree(r, err, want)
				if err == nil {
					delete(m.held, g.ID)
				}
			},
			"confirm": func(r *rapid.T) {
				if rapid.IntRange(0, 3).Draw(r, "seldom") > 0 {
					r.Skip("too early")
				}
				want := m.refusal(f.now())
				_, err := f.commands.Confirm(t.Context(), once.Call{}, id, host.ID)
				agree(r, err, want)
				if err == nil {
					m.status = dinner.Confirmed
					if len(m.held) < m.minimum {
						m.status = dinner.Cancelled
					}
				}
			},
			"wait": func(r *rapid.T) {
				f.advance(time.Duration(rapid.IntRange(1, 120).Draw(r, "minutes")) * time.Minute)
			},
			"": func(r *rapid.T) { m.compare(t, r, f, id) },
		})
		m.compareReadModel(t, r, f, id)
	})
}

func agree(r *rapid.T, err error, want refusal.Code) {
	if want == "" && err != nil || want != "" && !refusal.Is(err, want) {
		r.Fatalf("got %v, want refusal %q", err, want)
	}
}

func (m *model) compare(t *testing.T, r *rapid.T, f *fixture, id string) {
	d, err := f.Dinners.Get(t.Context(), id)
	if err != nil {
		r.Fatal(err)
	}
	s := d.State()
	if len(s.Reservations) > s.Seats {
		r.Fatalf("oversold: %d reservations for %d seats", len(s.Reservations), s.Seats)
	}
	if s.Status != m.status || len(s.Reservations) != len(m.held) {
		r.Fatalf("dinner is %s with %d reservations, want %s with %d", s.Status, len(s.Reservations), m.status, len(m.held))
	}
	for _, held := range s.Reservations {
		if m.held[held.Guest.ID] != held.ID {
			r.Fatalf("guest %s holds %s, want %q", held.Guest.ID, held.ID, m.held[held.Guest.ID])
		}
	}
}

func (m *model) compareReadModel(t *testing.T, r *rapid.T, f *fixture, id string) {
	var events []event.Event
	for _, e := range f.Outbox() {
		if e.Type != dinner.FullType { // search does not follow it
			events = append(events, e)
		}
	}
	slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
	var deliveries []int
	for i := range events {
		deliveries = append(deliveries, i, i)
	}
	projection := search.Projection{Index: f.Index}
	for _, i := range rapid.Permutation(deliveries).Draw(r, "deliveries") {
		if err := projection.Handle(t.Context(), events[i]); err != nil {
			r.Fatal(err)
		}
	}
	rows, err := f.Index.Rows(t.Context(), "", 10)
	if err != nil {
		r.Fatal(err)
	}
	if len(rows) != 1 || rows[0].DinnerID != id || rows[0].SeatsLeft != m.seats-len(m.held) || rows[0].Status != m.status {
		r.Fatalf("read model is %+v, want %s with %d seats left", rows, m.status, m.seats-len(m.held))
	}
}

// Race lets 64 guests reach for the last 8 of 10 seats at once: exactly 8 succeed.
func Race(t *testing.T, o Open) {
	const guests, seats, taken = 64, 10, 2
	f := open(t, o)
	id := f.dinner(t, seats, 0)
	for n := range taken {
		f.reserve(t, id, 90+n)
	}
	var (
		begin   = make(chan struct{})
		done    sync.WaitGroup
		mu      sync.Mutex
		winners = map[string]string{}
		full    int
	)
	for n := range guests {
		done.Go(func() {
			g := person(n)
			<-begin
			answer, err := f.commands.Reserve(t.Context(), once.Call{}, id, g)
			for refusal.Is(err, refusal.Busy) {
				answer, err = f.commands.Reserve(t.Context(), once.Call{}, id, g)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				winners[g.ID] = answer.ReservationID
			case refusal.Is(err, refusal.DinnerFull):
				full++
			default:
				t.Errorf("%s: %v", g.ID, err)
			}
		})
	}
	close(begin)
	done.Wait()
	if len(winners) != seats-taken || full != guests-(seats-taken) {
		t.Errorf("%d guests got a seat and %d were told it is full, want %d and %d",
			len(winners), full, seats-taken, guests-(seats-taken))
	}
	d, err := f.Dinners.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for g, reservation := range winners {
		if r, ok := d.ReservationOf(g); !ok || r.ID != reservation {
			t.Errorf("the reservation of %s is lost", g)
		}
	}
	if got := len(d.State().Reservations); got != seats {
		t.Errorf("%d reservations for %d seats", got, seats)
	}
}
