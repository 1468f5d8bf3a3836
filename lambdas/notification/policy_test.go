package notification_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/notification"
)

var noon = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)

func of(t *testing.T, id string, kind string, data any) event.Event {
	t.Helper()
	raw, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return event.Event{
		ID: id, Type: kind, Version: 1, OccurredAt: noon, Aggregate: "Dinner", AggregateID: "d", Data: raw,
	}
}

// inboxes returns "person: text" for every notice after the events were handled.
func inboxes(t *testing.T, events ...event.Event) map[string][]string {
	t.Helper()
	store := memory.New(func() time.Time { return noon }, nil, 0).Inboxes()
	for _, e := range events {
		if err := (notification.Policy{Inboxes: store}).Handle(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string][]string{}
	for _, person := range []string{"host", "a", "b", ""} {
		notices, err := store.Notices(t.Context(), person, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notices {
			if n.DinnerID != "d" || !n.OccurredAt.Equal(noon) {
				t.Errorf("notice is %+v", n)
			}
			got[person] = append(got[person], n.Text)
		}
	}
	return got
}

func TestWhoIsTold(t *testing.T) {
	starts := noon.Add(7 * time.Hour)
	for name, test := range map[string]struct {
		event event.Event
		want  map[string][]string
	}{
		"seat reserved": {
			of(t, "1", dinner.SeatReservedType, dinner.SeatReserved{Contract: 1, GuestID: "a", HostID: "host", StartsAt: starts, SeatsLeft: 3}),
			map[string][]string{"a": {"Your seat is reserved; the dinner begins 2030-03-01 at 19:00 UTC."}, "host": {"A seat was reserved; seats left: 3."}},
		},
		"host reserves": {
			of(t, "1", dinner.SeatReservedType, dinner.SeatReserved{Contract: 1, GuestID: "host", HostID: "host", StartsAt: starts}),
			map[string][]string{"host": {"Your seat is reserved; the dinner begins 2030-03-01 at 19:00 UTC."}},
		},
		"full": {
			of(t, "1", dinner.FullType, dinner.Full{Contract: 1, HostID: "host", Seats: 8}),
			map[string][]string{"host": {"Your dinner is full: all 8 seats are reserved."}},
		},
		"confirmed": {
			of(t, "1", dinner.NumberConfirmedType, dinner.NumberConfirmed{Contract: 1, HostID: "host", StartsAt: starts, Number: 2, GuestIDs: []string{"a", "b"}}),
			map[string][]string{"a": {"The dinner takes place 2030-03-01 at 19:00 UTC; number of guests: 2."}, "b": {"The dinner takes place 2030-03-01 at 19:00 UTC; number of guests: 2."}},
		},
		"too few": {
			of(t, "1", dinner.DinnerCancelledType, dinner.Cancellation{Contract: 1, HostID: "host", StartsAt: starts, Reason: dinner.TooFewReservations, GuestIDs: []string{"a"}}),
			map[string][]string{"a": {"The dinner planned for 2030-03-01 at 19:00 UTC does not take place."}, "host": {"The dinner planned for 2030-03-01 at 19:00 UTC does not take place."}},
		},
		"host forgotten": {
			of(t, "1", dinner.DinnerCancelledType, dinner.Cancellation{Contract: 1, HostID: "host", StartsAt: starts, Reason: dinner.HostForgotten, GuestIDs: []string{"a"}}),
			map[string][]string{"a": {"The dinner planned for 2030-03-01 at 19:00 UTC does not take place."}},
		},
		"reservation cancelled, host forgotten before": {
			of(t, "1", dinner.ReservationCancelledType, dinner.ReservationCancelled{Contract: 1, GuestID: "a", StartsAt: starts}),
			map[string][]string{"a": {"Your reservation for the dinner 2030-03-01 at 19:00 UTC is cancelled."}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, inboxes(t, test.event, test.event)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAForgottenGuestStaysForgotten(t *testing.T) {
	events := []event.Event{
		of(t, "1", dinner.SeatReservedType, dinner.SeatReserved{Contract: 1, GuestID: "a", HostID: "host"}),
		of(t, "2", dinner.ReservationCancelledType, dinner.ReservationCancelled{Contract: 1, GuestID: "a", HostID: "host"}),
		of(t, "3", guest.ForgottenType, guest.Forgotten{Contract: 1, GuestID: "a"}),
	}
	for range 20 {
		rand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		if got := inboxes(t, append(events, events...)...); len(got["a"]) != 0 || len(got["host"]) != 2 {
			t.Errorf("after %v: %v", events, got)
		}
	}
}

func TestWhatCannotBeHandledIsAnError(t *testing.T) {
	for _, e := range []event.Event{
		of(t, "1", dinner.CreatedType, dinner.Created{Contract: 1}),
		of(t, "1", dinner.FullType, dinner.Full{Contract: 2}),
		of(t, "1", guest.ForgottenType, "no object"),
	} {
		err := notification.Policy{}.Handle(t.Context(), e)
		if err == nil || !strings.Contains(err.Error(), e.Type) {
			t.Errorf("%s %s: got %v", e.Type, e.Data, err)
		}
	}
}
