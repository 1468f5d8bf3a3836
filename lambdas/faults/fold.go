package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
	"fulcrum/lambdas/notification"
	"fulcrum/lambdas/search"
)

// fold is what the events say when they are read in the order they happened, kept
// in the simplest way there is.
type fold struct {
	dinners   map[string]*folded
	inboxes   map[string]map[string]bool // person, event
	forgotten map[string]bool
	problems  []violation
}

type folded struct {
	created                   dinner.Created
	reservations              map[string]bool
	status                    dinner.Status
	seatsVersion, seatsLeft   int64
	statusVersion, applicable int64
}

// foldOf folds events, which an adapter returns in any order.
func foldOf(events []event.Event) *fold {
	f := &fold{dinners: map[string]*folded{}, inboxes: map[string]map[string]bool{}, forgotten: map[string]bool{}}
	ordered := slices.Clone(events)
	slices.SortStableFunc(ordered, func(a, b event.Event) int { return int(a.Version - b.Version) })
	seen := map[string]bool{}
	for _, e := range ordered {
		if at := fmt.Sprint(e.Aggregate, e.AggregateID, e.Version); seen[at] {
			f.problem(e, "%s %s has version %d, and so has another event", e.Aggregate, e.AggregateID, e.Version)
		} else {
			seen[at] = true
		}
		f.apply(e)
	}
	for person := range f.forgotten {
		delete(f.inboxes, person)
	}
	return f
}

func (f *fold) problem(e event.Event, format string, args ...any) {
	f.problems = append(f.problems, violation{e.ID, fmt.Sprintf(format, args...)})
}

func (f *fold) apply(e event.Event) {
	if e.Type == guest.ForgottenType {
		f.forgotten[data[guest.Forgotten](e).GuestID] = true
		return
	}
	if e.Type == dinner.CreatedType {
		created := data[dinner.Created](e)
		f.dinners[e.AggregateID] = &folded{created: created, reservations: map[string]bool{}}
	}
	d := f.dinners[e.AggregateID]
	if d == nil {
		f.problem(e, "%s tells of dinner %s before it was created", e.Type, e.AggregateID)
		return
	}
	left := func() { d.seatsVersion, d.seatsLeft = e.Version, int64(d.created.Seats-len(d.reservations)) }
	status := func(s dinner.Status) { d.statusVersion, d.status = e.Version, s }
	d.applicable++
	switch e.Type {
	case dinner.CreatedType:
		left()
		status(dinner.Open)
	case dinner.SeatReservedType:
		r := data[dinner.SeatReserved](e)
		d.reservations[r.ReservationID] = true
		left()
		f.tell(e, r.GuestID, r.HostID)
	case dinner.ReservationCancelledType:
		r := data[dinner.ReservationCancelled](e)
		delete(d.reservations, r.ReservationID)
		left()
		f.tell(e, r.GuestID, r.HostID)
	case dinner.FullType:
		d.applicable-- // search does not follow it
		f.tell(e, data[dinner.Full](e).HostID)
	case dinner.NumberConfirmedType:
		status(dinner.Confirmed)
		f.tell(e, data[dinner.NumberConfirmed](e).GuestIDs...)
	case dinner.DinnerCancelledType:
		status(dinner.Cancelled)
		c := data[dinner.Cancellation](e)
		f.tell(e, c.GuestIDs...)
		if c.Reason == dinner.TooFewReservations {
			f.tell(e, c.HostID)
		}
	}
	if d.seatsLeft < 0 {
		f.problem(e, "dinner %s is oversold at version %d: %d of %d seats reserved", e.AggregateID, e.Version, len(d.reservations), d.created.Seats)
	}
}

// tell notes that persons get a notice of an event.
func (f *fold) tell(e event.Event, persons ...string) {
	for _, p := range persons {
		if p == "" {
			continue
		}
		if f.inboxes[p] == nil {
			f.inboxes[p] = map[string]bool{}
		}
		f.inboxes[p][e.ID] = true
	}
}

// checkReadModels holds that inboxes and rows are what the events say, each event
// applied once. counted says that the rows' revisions count the events.
func (w *world) checkReadModels(f *fold, inboxes notification.Inboxes, index search.Index, counted bool) {
	for _, c := range w.clients {
		notices, err := inboxes.Notices(w.ctx, c.person.ID, "", 1000)
		if err != nil {
			w.violate("", "notices of %s: %v", c.person.ID, err)
		}
		want := f.inboxes[c.person.ID]
		for _, n := range notices {
			if !want[n.ID] {
				w.violate(n.ID, "%s has a notice of %s %s that is not for them", c.person.ID, n.Type, n.ID)
			}
		}
		if len(notices) != len(want) {
			w.violate("", "%s has %d notices, the events say %d", c.person.ID, len(notices), len(want))
		}
	}
	rows, err := index.Rows(w.ctx, "", 1000)
	if err != nil {
		w.violate("", "rows: %v", err)
	}
	found := map[string]search.Row{}
	for _, r := range rows {
		if _, twice := found[r.DinnerID]; twice {
			w.violate(r.DinnerID, "dinner %s has two rows", r.DinnerID)
		}
		found[r.DinnerID] = r
	}
	for _, id := range slices.Sorted(maps.Keys(f.dinners)) {
		w.checkRow(f, f.dinners[id], found[id], counted)
		delete(found, id)
	}
	for id := range found {
		w.violate(id, "the index has a dinner %q that no event tells of", id)
	}
}

func (w *world) checkRow(f *fold, d *folded, got search.Row, counted bool) {
	id := d.created.DinnerID
	if f.forgotten[d.created.HostID] {
		if got.HostID != "" || got.Title != "" || got.Place != "" {
			w.violate(id, "the row of dinner %s still has what its forgotten host wrote: %+v", id, got)
		}
		return
	}
	want := search.Row{
		DinnerID: id, StartsAt: d.created.StartsAt, HostID: d.created.HostID, Title: d.created.Title, Place: d.created.Place,
		ConfirmBy: d.created.ConfirmBy, Seats: d.created.Seats, SeatsLeft: int(d.seatsLeft), SeatsVersion: d.seatsVersion,
		Status: d.status, StatusVersion: d.statusVersion, Revision: d.applicable,
	}
	if !counted {
		want.Revision = got.Revision
	}
	if got != want {
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		w.violate(id, "the row of dinner %s is\n  %s, its events say\n  %s", id, a, b)
	}
}

// replay sends the archive to the consumers again: nothing may change. Then it
// folds the archive into empty read models: they must be the same.
func (w *world) replay() {
	archive := w.archive
	for _, e := range archive {
		w.route(e)
	}
	w.drain()
	f := foldOf(w.stores.Events())
	w.checkReadModels(f, w.stores.Inboxes, w.stores.Index, true)
	inboxes, index := w.stores.ReadModels()
	for _, q := range w.queues {
		handle, err := w.handler(q.settings.Service, inboxes, index)
		if err != nil {
			w.violate("", "%v", err)
			return
		}
		for _, i := range w.dice.Perm(len(archive)) {
			e := archive[i]
			if e.event == "" || !q.pattern.matches(document{"source": e.Source, "detail-type": e.DetailType}) {
				continue
			}
			body, _ := json.Marshal(document{"source": e.Source, "detail-type": e.DetailType, "detail": json.RawMessage(e.Detail)})
			read, err := event.FromBus(body)
			if err == nil {
				err = handle(w.ctx, read)
			}
			if err != nil {
				w.violate(e.event, "replaying %s to %s: %v", e.event, q.settings.Service, err)
			}
		}
	}
	w.checkReadModels(f, inboxes, index, true)
}
