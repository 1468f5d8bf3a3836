package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// Run tests the adapters that o opens against the ports' promises.
func Run(t *testing.T, o Open) {
	tests := []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"a dinner comes back as it was stored", roundTrip},
		{"an unknown dinner is a refusal", unknown},
		{"events are stored with the dinner", outbox},
		{"a refused change stores nothing", refused},
		{"a repeated call is answered again", repeated},
		{"a call repeated at once is done once", repeatedAtOnce},
		{"a key belongs to one request of one person", keyReused},
		{"a key expires", keyExpires},
		{"my reservations come in pages", pages},
		{"a forgotten guest is gone", forgotten},
		{"a forgotten host's dinner is cancelled", forgottenHost},
		{"an outcome is kept for a while", outcomes},
		{"queued commands", queuedCommands},
		{"a queued command is done or refused", doneOrRefused},
		{"commands written as one", merged},
		{"notices", notices},
		{"the index", index},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t, o)) })
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func refuses(t *testing.T, err error, code refusal.Code) {
	t.Helper()
	if !refusal.Is(err, code) {
		t.Errorf("got %v, want a refusal %q", err, code)
	}
}

func roundTrip(t *testing.T, f *fixture) {
	id := f.dinner(t, 3, 1)
	r := f.reserve(t, id, 1)
	got := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State()
	p := plan(3, 1)
	want := dinner.State{
		ID: id, Version: 2, Host: host, Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, ConfirmBy: p.ConfirmBy,
		Seats: 3, Minimum: 1, Status: dinner.Open,
		Reservations: []dinner.Reservation{{ID: r, Guest: person(1), ReservedAt: noon}},
	}
	if f.Sealed && got.Reservations[0].Guest.Name != person(1).Name {
		got.Reservations[0].Guest.Name = person(1).Name
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func unknown(t *testing.T, f *fixture) {
	_, err := f.Dinners.Get(t.Context(), "none")
	refuses(t, err, refusal.NotFound)
	_, err = f.commands.Reserve(t.Context(), once.Call{}, "none", person(1))
	refuses(t, err, refusal.NotFound)
	if several := must[[]*dinner.Dinner](t)(f.Dinners.Several(t.Context(), []string{"none"})); len(several) != 0 {
		t.Errorf("got %d dinners, want 0", len(several))
	}
}

func outbox(t *testing.T, f *fixture) {
	ctx := event.WithTrace(t.Context(), "Root=1-2-3")
	id := f.dinner(t, 1, 0)
	if _, err := f.commands.Reserve(ctx, once.Call{}, id, person(1)); err != nil {
		t.Fatal(err)
	}
	events := f.Outbox()
	slices.SortFunc(events, func(a, b event.Event) int { return int(a.Version - b.Version) })
	var got []string
	for i, e := range events {
		got = append(got, e.Type)
		if e.Version != int64(i+1) || e.AggregateID != id || e.Aggregate != "Dinner" || !e.OccurredAt.Equal(noon) ||
			e.Source != dinner.Source(e.Type) || len(e.ID) != 26 {
			t.Errorf("event %d is %+v", i, e)
		}
		if strings.Contains(string(e.Data), "Guest 1") {
			t.Errorf("event %s names a person: %s", e.Type, e.Data)
		}
	}
	want := []string{dinner.CreatedType, dinner.SeatReservedType, dinner.FullType}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	if events[1].Trace != "Root=1-2-3" {
		t.Errorf("trace is %q", events[1].Trace)
	}
	data := must[dinner.SeatReserved](t)(event.DataOf[dinner.SeatReserved](events[1], 1))
	if data.GuestID != "guest-01" || data.SeatsLeft != 0 {
		t.Errorf("data is %+v", data)
	}
}

func refused(t *testing.T, f *fixture) {
	id := f.dinner(t, 1, 0)
	f.reserve(t, id, 1)
	before := len(f.Outbox())
	_, err := f.commands.Reserve(t.Context(), once.Call{Person: "guest-02", Operation: "Reserve Seat", Key: "k"}, id, person(2))
	refuses(t, err, refusal.DinnerFull)
	sentinel := errors.New("changed its mind")
	_, err = f.Dinners.Update(t.Context(), id, once.Call{}, func(d *dinner.Dinner) ([]byte, error) {
		r, _ := d.ReservationOf("guest-01")
		return nil, errors.Join(d.Cancel(f.now(), r.ID, "guest-01"), sentinel)
	})
	if !errors.Is(err, sentinel) {
		t.Errorf("got %v, want the error of the change", err)
	}
	if got := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State(); got.Version != 3 || len(got.Reservations) != 1 {
		t.Errorf("dinner changed to %+v", got)
	}
	if after := len(f.Outbox()); after != before {
		t.Errorf("%d events were stored by refused changes", after-before)
	}
}

func repeated(t *testing.T, f *fixture) {
	id := f.dinner(t, 5, 0)
	call := once.Call{Person: "guest-01", Operation: "Reserve Seat", Key: "k1", Fingerprint: "a"}
	first := must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), call, id, person(1)))
	events := len(f.Outbox())
	f.advance(time.Minute)
	again := must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), call, id, person(1)))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("-first +again:\n%s", diff)
	}
	create := once.Call{Person: "host", Operation: "Create Dinner", Key: "k1", Fingerprint: "b"}
	one := must[dinner.CreateAnswer](t)(f.commands.Create(t.Context(), create, host, plan(2, 0)))
	two := must[dinner.CreateAnswer](t)(f.commands.Create(t.Context(), create, host, plan(2, 0)))
	if one != two {
		t.Errorf("created %s and then %s", one.DinnerID, two.DinnerID)
	}
	if got := len(f.Outbox()); got != events+1 {
		t.Errorf("stored %d more events, want 1", got-events)
	}
	// The plan of the first try is out of time at the second.
	soon := plan(2, 0)
	soon.ConfirmBy = f.now().Add(time.Minute)
	create.Key = "k2"
	one = must[dinner.CreateAnswer](t)(f.commands.Create(t.Context(), create, host, soon))
	f.advance(2 * time.Minute)
	if two, err := f.commands.Create(t.Context(), create, host, soon); err != nil || one != two {
		t.Errorf("created %s and then %s, %v", one.DinnerID, two.DinnerID, err)
	}
	create.Key = "k3"
	_, err := f.commands.Create(t.Context(), create, host, soon)
	refuses(t, err, refusal.Invalid)
}

// repeatedAtOnce creates dinners: each attempt has another id, so that nothing but
// the record of the call keeps them from all being stored.
func repeatedAtOnce(t *testing.T, f *fixture) {
	call := once.Call{Person: "host", Operation: "Create Dinner", Key: "k1", Fingerprint: "a"}
	answers := make([]dinner.CreateAnswer, 8)
	var done sync.WaitGroup
	for i := range answers {
		done.Go(func() {
			var err error
			if answers[i], err = f.commands.Create(t.Context(), call, host, plan(5, 0)); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if different := slices.Compact(answers); len(different) != 1 {
		t.Errorf("one call was answered in different ways: %v", different)
	}
	if events := len(f.Outbox()); events != 1 {
		t.Errorf("%d dinners were created, want 1", events)
	}
}

func keyReused(t *testing.T, f *fixture) {
	id := f.dinner(t, 5, 0)
	call := once.Call{Person: "guest-01", Operation: "Reserve Seat", Key: "k1", Fingerprint: "a"}
	must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), call, id, person(1)))
	call.Fingerprint = "b"
	_, err := f.commands.Reserve(t.Context(), call, id, person(1))
	refuses(t, err, refusal.KeyReused)
	other := once.Call{Person: "guest-02", Operation: "Reserve Seat", Key: "k1", Fingerprint: "b"}
	must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), other, id, person(2)))
}

func keyExpires(t *testing.T, f *fixture) {
	id := f.dinner(t, 5, 0)
	call := once.Call{Person: "guest-01", Operation: "Reserve Seat", Key: "k1", Fingerprint: "a"}
	first := must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), call, id, person(1)))
	f.advance(CallRetention + time.Second)
	_, err := f.commands.Reserve(t.Context(), call, id, person(1))
	refuses(t, err, refusal.AlreadyReserved)
	if err := f.commands.Cancel(t.Context(), once.Call{}, id, first.ReservationID, "guest-01"); err != nil {
		t.Fatal(err)
	}
	call.Fingerprint = "b" // an expired record is overwritten
	must[dinner.ReserveAnswer](t)(f.commands.Reserve(t.Context(), call, id, person(1)))
}

func pages(t *testing.T, f *fixture) {
	var want []string
	for range 5 {
		id := f.dinner(t, 2, 0)
		f.reserve(t, id, 1)
		want = append(want, id)
	}
	own := must[dinner.CreateAnswer](t)(f.commands.Create(t.Context(), once.Call{}, dinner.Host(person(1)), plan(2, 0)))
	f.reserve(t, own.DinnerID, 2)
	var got []string
	after := ""
	for {
		held, next, err := f.queries.Mine(t.Context(), "guest-01", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range held {
			got = append(got, h.DinnerID)
		}
		if next == "" {
			break
		}
		after = next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func forgotten(t *testing.T, f *fixture) {
	stays, open := f.dinner(t, 2, 1), f.dinner(t, 2, 0)
	f.reserve(t, stays, 1)
	f.reserve(t, open, 1)
	f.reserve(t, open, 2)
	must[dinner.ConfirmAnswer](t)(f.commands.Confirm(t.Context(), once.Call{}, stays, "host"))
	for range 2 { // a second time changes nothing
		if err := f.guests.Forget(t.Context(), "guest-01"); err != nil {
			t.Fatal(err)
		}
	}
	d := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), open))
	if _, ok := d.ReservationOf("guest-01"); ok || d.SeatsLeft() != 1 {
		t.Errorf("the seat was not given back: %+v", d.State())
	}
	kept := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), stays)).State().Reservations
	if len(kept) != 1 || kept[0].Guest != (dinner.Guest{}) {
		t.Errorf("a confirmed seat must stay counted and name nobody: %+v", kept)
	}
	if places := must[[]dinner.Place](t)(f.Dinners.Places(t.Context(), "guest-01", "", 10)); len(places) != 0 {
		t.Errorf("places left: %v", places)
	}
	told := 0
	for _, e := range f.Outbox() {
		if e.Type == guest.ForgottenType {
			told++
		}
	}
	if told != 1 {
		t.Errorf("Guest Forgotten was raised %d times, want 1", told)
	}
	_, err := f.commands.Reserve(t.Context(), once.Call{}, open, person(1))
	refuses(t, err, refusal.Forgotten)
}

func forgottenHost(t *testing.T, f *fixture) {
	id := f.dinner(t, 2, 0)
	f.reserve(t, id, 1)
	if err := f.guests.Forget(t.Context(), "host"); err != nil {
		t.Fatal(err)
	}
	s := must[*dinner.Dinner](t)(f.Dinners.Get(t.Context(), id)).State()
	if s.Status != dinner.Cancelled || s.Host != (dinner.Host{}) || s.Title != "" {
		t.Errorf("got %+v", s)
	}
}
