package dinner_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/refusal"
)

var (
	noon   = time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)
	cutOff = noon.Add(24 * time.Hour)
	host   = dinner.Host{ID: "host", Name: "Host"}
)

func plan() dinner.Plan {
	return dinner.Plan{
		Title: "Soup", Place: "Harbour 1", Seats: 2, Minimum: 1, ConfirmBy: cutOff, StartsAt: cutOff.Add(24 * time.Hour),
	}
}

func anna() dinner.Guest { return dinner.Guest{ID: "a", Name: "A"} }
func ben() dinner.Guest  { return dinner.Guest{ID: "b", Name: "B"} }

func open(t *testing.T, guests ...dinner.Guest) *dinner.Dinner {
	t.Helper()
	d, err := dinner.New(noon, "d", host, plan())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range guests {
		if err := d.Reserve(noon, "r-"+g.ID, g); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func raised(t *testing.T, d *dinner.Dinner) []string {
	t.Helper()
	events, err := d.Events(t.Context(), func() string { return "id" })
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for i, e := range events {
		if e.Version != int64(i+1) {
			t.Errorf("event %d, %s, has version %d", i, e.Type, e.Version)
		}
		types = append(types, e.Type)
	}
	return types
}

func TestNewRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*dinner.Plan)
		field  string
	}{
		"no title":             {func(p *dinner.Plan) { p.Title = "" }, "title"},
		"blank title":          {func(p *dinner.Plan) { p.Title = " \t" }, "title"},
		"long place":           {func(p *dinner.Plan) { p.Place = strings.Repeat("ä", 121) }, "place"},
		"place not UTF-8":      {func(p *dinner.Plan) { p.Place = "\xff" }, "place"},
		"place not UTF-8 once": {func(p *dinner.Plan) { p.Place = "a\uFFFD" }, "place"},
		"line break":           {func(p *dinner.Plan) { p.Title = "a\nb" }, "title"},
		"no seats":             {func(p *dinner.Plan) { p.Seats, p.Minimum = 0, 0 }, "seats"},
		"too many seats":       {func(p *dinner.Plan) { p.Seats = 201 }, "seats"},
		"minimum too large":    {func(p *dinner.Plan) { p.Minimum = 3 }, "minimum"},
		"negative minimum":     {func(p *dinner.Plan) { p.Minimum = -1 }, "minimum"},
		"cut-off now":          {func(p *dinner.Plan) { p.ConfirmBy = noon }, "confirmBy"},
		"starts at cut-off":    {func(p *dinner.Plan) { p.StartsAt = p.ConfirmBy }, "startsAt"},
		"too far ahead":        {func(p *dinner.Plan) { p.StartsAt = noon.Add(dinner.MaxAhead + time.Second) }, "startsAt"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan()
			test.change(&p)
			_, err := dinner.New(noon, "d", host, p)
			var refused *refusal.Error
			if !errors.As(err, &refused) || refused.Code != refusal.Invalid || len(refused.Fields) != 1 || refused.Fields[0].Name != test.field {
				t.Errorf("got %v, want only %s refused", err, test.field)
			}
		})
	}
	_, err := dinner.New(noon, "d", dinner.Host{}, dinner.Plan{})
	var refused *refusal.Error
	if !errors.As(err, &refused) || len(refused.Fields) != 6 {
		t.Errorf("got %v, want six problems at once", err)
	}
}

func TestRules(t *testing.T) {
	confirm := func(d *dinner.Dinner) error { return d.Confirm(noon, "host") }
	giveBack := func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "a") }
	for _, test := range []struct {
		name   string
		guests []dinner.Guest
		before func(*dinner.Dinner) error
		do     func(*dinner.Dinner) error
		want   refusal.Code
		events []string // those of do, with want empty
	}{
		{"reserve", nil, nil, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", anna()) }, "", []string{"Seat Reserved"}},
		{"reserve the last seat", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", ben()) }, "", []string{"Seat Reserved", "Dinner Full"}},
		{"reserve without a name", nil, nil, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", dinner.Guest{ID: "a"}) }, refusal.Invalid, nil},
		{"reserve twice", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", anna()) }, refusal.AlreadyReserved, nil},
		{"reserve when full", []dinner.Guest{anna(), ben()}, nil, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", dinner.Guest{ID: "c", Name: "C"}) }, refusal.DinnerFull, nil},
		{"reserve just before the cut-off", nil, nil, func(d *dinner.Dinner) error { return d.Reserve(cutOff.Add(-1), "r", anna()) }, "", []string{"Seat Reserved"}},
		{"reserve at the cut-off", nil, nil, func(d *dinner.Dinner) error { return d.Reserve(cutOff, "r", anna()) }, refusal.CutOffPassed, nil},
		{"reserve when confirmed", []dinner.Guest{anna()}, confirm, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", ben()) }, refusal.NotOpen, nil},
		{"confirm", []dinner.Guest{anna()}, nil, confirm, "", []string{"Number Confirmed"}},
		{"confirm with too few", nil, nil, confirm, "", []string{"Dinner Cancelled"}},
		{"confirm as another", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Confirm(noon, "a") }, refusal.NotHost, nil},
		{"confirm as nobody", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Confirm(noon, "") }, refusal.NotHost, nil},
		{"confirm at the cut-off", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Confirm(cutOff, "host") }, refusal.CutOffPassed, nil},
		{"confirm twice", []dinner.Guest{anna()}, confirm, confirm, refusal.NotOpen, nil},
		{"confirm when cancelled", nil, confirm, confirm, refusal.NotOpen, nil},
		{"cancel", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "a") }, "", []string{"Reservation Cancelled"}},
		{"cancel another's", []dinner.Guest{anna(), ben()}, nil, func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "b") }, refusal.NotFound, nil},
		{"cancel as nobody", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "") }, refusal.NotFound, nil},
		{"cancel twice", []dinner.Guest{anna()}, giveBack, func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "a") }, refusal.NotFound, nil},
		{"cancel at the cut-off", []dinner.Guest{anna()}, nil, func(d *dinner.Dinner) error { return d.Cancel(cutOff, "r-a", "a") }, refusal.CutOffPassed, nil},
		{"cancel when confirmed", []dinner.Guest{anna()}, confirm, func(d *dinner.Dinner) error { return d.Cancel(noon, "r-a", "a") }, refusal.NotOpen, nil},
		{"reserve again after cancelling", []dinner.Guest{anna()}, giveBack, func(d *dinner.Dinner) error { return d.Reserve(noon, "r", anna()) }, "", []string{"Seat Reserved"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := open(t, test.guests...)
			if test.before != nil {
				if err := test.before(d); err != nil {
					t.Fatal(err)
				}
			}
			state, events := d.State(), raised(t, d)
			err := test.do(d)
			if test.want != "" {
				if !refusal.Is(err, test.want) {
					t.Errorf("got %v, want refusal %q", err, test.want)
				}
				if diff := cmp.Diff(state, d.State()); diff != "" {
					t.Errorf("a refused command changed the dinner:\n%s", diff)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(slices.Concat(events, test.events), raised(t, d)); diff != "" {
				t.Errorf("events -want +got:\n%s", diff)
			}
		})
	}
}

func TestForget(t *testing.T) {
	confirm := func(d *dinner.Dinner) {
		if err := d.Confirm(noon, "host"); err != nil {
			t.Fatal(err)
		}
	}
	d := open(t, anna(), ben())
	d.Forget(noon, "a")
	if _, ok := d.ReservationOf("a"); ok || d.SeatsLeft() != 1 {
		t.Errorf("open dinner keeps the seat: %+v", d.State())
	}
	confirm(d)
	d.Forget(noon, "b")
	if s := d.State(); d.SeatsLeft() != 1 || s.Reservations[0].Guest != (dinner.Guest{}) {
		t.Errorf("confirmed dinner must keep the seat and not the guest: %+v", s)
	}
	d.Forget(noon, "host")
	if s := d.State(); s.Status != dinner.Cancelled || s.Host != (dinner.Host{}) || s.Title+s.Place != "" {
		t.Errorf("the host is still there: %+v", s)
	}
	version := d.State().Version
	for _, who := range []string{"a", "b", "host", "stranger", ""} {
		d.Forget(noon, who)
	}
	if got := d.State().Version; got != version {
		t.Errorf("forgetting nobody changed the dinner from version %d to %d", version, got)
	}
	past := open(t, anna())
	confirm(past)
	past.Forget(cutOff.Add(48*time.Hour), "host")
	if s := past.State(); s.Status != dinner.Confirmed || s.Host.ID != "" {
		t.Errorf("a dinner that took place stays: %+v", s)
	}
}

// TestContracts holds the data of every event. A field may be added; a change of
// any other kind needs another contract version.
func TestContracts(t *testing.T) {
	d := open(t, anna(), ben())
	if err := d.Cancel(noon, "r-b", "b"); err != nil {
		t.Fatal(err)
	}
	if err := d.Confirm(noon, "host"); err != nil {
		t.Fatal(err)
	}
	few := open(t)
	if err := few.Confirm(noon, "host"); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range []*dinner.Dinner{d, few} {
		events, err := d.Events(event.WithTrace(t.Context(), "trace"), func() string { return "id" })
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Trace != "trace" {
				t.Errorf("%s has trace %q", e.Type, e.Trace)
			}
			got[e.Source+" "+e.Type] = string(e.Data)
		}
	}
	want := map[string]string{
		"dinner.dinner Dinner Created":             `{"contract":1,"dinnerId":"d","hostId":"host","title":"Soup","place":"Harbour 1","startsAt":"2030-03-03T12:00:00Z","confirmBy":"2030-03-02T12:00:00Z","seats":2,"minimum":1}`,
		"dinner.reservation Seat Reserved":         `{"contract":1,"dinnerId":"d","reservationId":"r-b","guestId":"b","hostId":"host","startsAt":"2030-03-03T12:00:00Z","seatsLeft":0}`,
		"dinner.reservation Dinner Full":           `{"contract":1,"dinnerId":"d","hostId":"host","startsAt":"2030-03-03T12:00:00Z","seats":2}`,
		"dinner.reservation Reservation Cancelled": `{"contract":1,"dinnerId":"d","reservationId":"r-b","guestId":"b","hostId":"host","startsAt":"2030-03-03T12:00:00Z","seatsLeft":1}`,
		"dinner.dinner Number Confirmed":           `{"contract":1,"dinnerId":"d","hostId":"host","startsAt":"2030-03-03T12:00:00Z","number":1,"guestIds":["a"]}`,
		"dinner.dinner Dinner Cancelled":           `{"contract":1,"dinnerId":"d","hostId":"host","startsAt":"2030-03-03T12:00:00Z","reason":"too-few-reservations","guestIds":[]}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
