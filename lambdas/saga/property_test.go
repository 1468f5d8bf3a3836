package saga

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
)

// TestNoSeatStaysHeld sends reservations, cancellations and repeated calls through
// the machine while every task may fail before or after its work, time out or wait,
// a run may be lost between any two steps, and another run of the same call may come
// in between. In the end every seat taken is of a reservation that was made and
// announced once, whoever was told so has it, and no seat is lost.
func TestNoSeatStaysHeld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		seats := rapid.IntRange(1, 3).Draw(t, "seats")
		id := w.dinner(t, seats)
		guests := []string{"anna", "bert", "cleo", "dora"}
		answers := map[string]dinner.ReserveAnswer{} // by guest and key
		told := map[string]string{}                  // reservation id by guest, as long as it was not cancelled
		depth := 0
		var act func()
		w.fault = func(step string) (before, after error) {
			// Between two steps, and while one is under way, others go on.
			if depth < 2 && rapid.IntRange(0, 9).Draw(t, "meanwhile") == 0 {
				act()
			}
			failure := errors.New("broken")
			switch rapid.SampledFrom([]string{"", "", "", "", "before", "after", "timeout", "slow", "lost"}).Draw(t, step) {
			case "before":
				return failure, nil
			case "after":
				return nil, failure
			case "timeout":
				return nil, context.DeadlineExceeded
			case "slow":
				w.now = w.now.Add(rapid.SampledFrom([]time.Duration{time.Second, 50 * time.Second, 3 * time.Minute}).Draw(t, "slow"))
			case "lost":
				panic(lostRun{})
			}
			return nil, nil
		}
		act = func() {
			depth++
			defer func() { depth-- }()
			g := rapid.SampledFrom(guests).Draw(t, "guest")
			if r, has := told[g]; has && rapid.IntRange(0, 3).Draw(t, "cancel") == 0 {
				if err := w.steps.Dinners.Cancel(context.Background(), once.Call{}, id, r, g); err != nil {
					t.Fatalf("%s was told of %s and cannot cancel it: %v", g, r, err)
				}
				delete(told, g)
				return
			}
			key := rapid.SampledFrom([]string{"k1", "k2"}).Draw(t, "key")
			out, err := w.survive(request(id, g, key))
			if first, again := answers[g+key]; err == nil && again && (out.Answer == nil || *out.Answer != first) {
				t.Fatalf("%s sent %s again, which was answered with %+v, and now with %+v", g, key, first, out)
			}
			if err == nil && out.Answer != nil {
				answers[g+key] = *out.Answer
			}
			if err == nil && out.Answer != nil && w.made(t, id, out.Answer.ReservationID) {
				told[g] = out.Answer.ReservationID
			} else if err == nil && out.Answer != nil && !w.cancelled(out.Answer.ReservationID) {
				t.Fatalf("%s was told of %s, which there never was", g, out.Answer.ReservationID)
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "acts") {
			act()
		}

		w.fault = func(string) (_, _ error) { return nil, nil }
		w.now = w.now.Add(dinner.HoldFor)
		for g, r := range told {
			if !w.made(t, id, r) {
				t.Fatalf("%s was told of %s and does not have it", g, r)
			}
		}
		made := 0
		for _, r := range w.state(t, id).Reservations {
			if r.Hold == nil {
				made++
			}
		}
		if announced := w.events(dinner.SeatReservedType) - w.events(dinner.ReservationCancelledType); announced != made {
			t.Fatalf("%d reservations made, %d announced", made, announced)
		}
		for i := range seats {
			out, err := w.survive(request(id, fmt.Sprintf("late-%d", i), "k"))
			if free := i < seats-made; err != nil || (out.Answer != nil) != free {
				t.Fatalf("%d of %d seats made: late guest %d got %+v, %v", made, seats, i, out, err)
			}
		}
		if s := w.state(t, id); !settled(s) || len(s.Reservations) != seats {
			t.Fatalf("%d seats, in the end %+v", seats, s.Reservations)
		}
	})
}

// lostRun is what ends a run without a trace.
type lostRun struct{}

// survive runs the machine, and outlives its loss.
func (w *world) survive(r Request) (out Output, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, lost := p.(lostRun); !lost {
				panic(p)
			}
			err = errors.New("lost")
		}
	}()
	return w.run(r)
}

// made reports whether a reservation stands.
func (w *world) made(t interface{ Fatal(args ...any) }, dinnerID, reservationID string) bool {
	for _, r := range w.state(t, dinnerID).Reservations {
		if r.ID == reservationID && r.Hold == nil {
			return true
		}
	}
	return false
}

// cancelled reports whether a reservation was made and given back: a call that is
// repeated later is answered as it was the first time.
func (w *world) cancelled(reservationID string) bool {
	all, _ := w.store.Events(0)
	for _, e := range all {
		if e.Type == dinner.ReservationCancelledType && len(e.Data) > 0 && strings.Contains(string(e.Data), reservationID) {
			return true
		}
	}
	return false
}
