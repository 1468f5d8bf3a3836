package faults

import (
	"maps"
	"slices"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

// checkNothingLost holds, before anything is repaired, that each event was handled
// by each consumer whose rule it matches or lies in a dead-letter queue, with its
// reason.
func (w *world) checkNothingLost() {
	unpublished := map[string]bool{}
	for _, d := range w.pipeDead {
		unpublished[w.shards[d.shard].records[d.number].Event] = d.reason != ""
	}
	if w.reader != nil {
		w.reader.unread(unpublished)
	}
	events := w.stores.Events()
	for _, q := range w.queues {
		dead := map[string]bool{}
		for _, m := range q.dead {
			if m.reason == "" {
				w.violate(m.event, "dead letter %s of %s has no reason", m.id, q.settings.Service)
			}
			dead[m.event] = true
		}
		for _, u := range q.undelivered {
			dead[u.event] = u.reason != ""
		}
		for _, f := range w.forwards {
			for _, u := range f.undelivered {
				dead[u.event] = u.reason != ""
			}
		}
		for _, e := range events {
			if q.wants(e) && q.handled[e.ID] == 0 && !dead[e.ID] && !unpublished[e.ID] {
				w.violate(e.ID, "%s %s is lost: %s did not handle it and no dead-letter queue has it", e.Type, e.ID, q.settings.Service)
			}
		}
	}
}

func (q *queue) wants(e event.Event) bool {
	return q.pattern.matches(document{"source": e.Source, "detail-type": e.Type})
}

// checkAll holds, after the repair, everything that a run promises.
func (w *world) checkAll() {
	events := w.stores.Events()
	w.checkDelivered(events)
	w.checkQueued()
	w.checkCommands(events)
	f := foldOf(events)
	w.violations = append(w.violations, f.problems...)
	w.checkAggregates(f)
	w.checkReadModels(f, w.stores.Inboxes, w.stores.Index, true)
	w.checkForgotten(f)
	w.checkErased(f)
}

// checkDelivered holds that every event reached its consumers and that no dead
// letter is left but what no consumer can ever read.
func (w *world) checkDelivered(events []event.Event) {
	for _, q := range w.queues {
		for _, e := range events {
			if q.wants(e) && q.handled[e.ID] == 0 {
				w.violate(e.ID, "%s %s never reached %s, even after the repair", e.Type, e.ID, q.settings.Service)
			}
		}
		for _, m := range q.dead {
			if m.event != "" {
				w.violate(m.event, "dead letter %s of %s is not repaired: %v", m.id, q.settings.Service, m)
			}
		}
		if len(q.undelivered) > 0 || len(q.messages) > 0 {
			w.violate("", "%s: %d undelivered and %d queued messages are left", q.settings.Service, len(q.undelivered), len(q.messages))
		}
	}
	for _, f := range w.forwards {
		if len(f.undelivered) > 0 {
			w.violate(f.undelivered[0].event, "%d events were not sent on from %s to %s, even after the repair", len(f.undelivered), f.from, f.to)
		}
	}
	if w.reader != nil {
		for _, id := range w.stores.unhanded() {
			w.violate(id, "event %s is left in an outbox, even after the repair", id)
		}
		for _, d := range w.reader.dead {
			w.violate("", "a dead letter of the outbox is not repaired: %d records, %s", len(d.records), d.reason)
		}
	}
	for _, d := range w.pipeDead {
		w.violate(w.shards[d.shard].records[d.number].Event, "dead letter of the pipe is not repaired: %v", d)
	}
}

// checkCommands holds that what a client was told is so: each acknowledged command
// has its event, once, and none has it twice.
func (w *world) checkCommands(events []event.Event) {
	count := map[string]int{} // by type and what the event is about
	for _, e := range events {
		count[e.Type+" "+about(e)]++
	}
	for _, m := range w.commands {
		n, must := 0, m.answer != nil
		switch m.name {
		case "Create Dinner":
			for id := range m.ids {
				n += count[dinner.CreatedType+" "+id]
			}
		case "Reserve Seat":
			for id := range m.ids {
				n += count[dinner.SeatReservedType+" "+id]
			}
		case "Cancel Reservation":
			n = count[dinner.ReservationCancelledType+" "+m.reservation]
		case "Confirm Number":
			n = count[dinner.NumberConfirmedType+" "+m.dinner] + count[dinner.DinnerCancelledType+" "+m.dinner]
			must = must && count[dinner.NumberConfirmedType+" "+m.dinner] == 0
		case "Forget Me":
			n = count[guest.ForgottenType+" "+m.person]
		}
		switch {
		case must && n == 0:
			w.violate(m.dinner, "%s of %s was acknowledged with %s and left no event", m.name, m.person, m.answer)
		case w.judgedAnew(m):
		case n > 1 && m.name != "Confirm Number": // a confirmed dinner may be cancelled with its host
			w.violate(m.dinner, "%s of %s left %d events, want 1", m.name, m.person, n)
		// Whoever was forgotten has no record of calls, so that a repetition is refused.
		case n > 0 && m.refused != nil && !w.leaving[m.person] && (m.name == "Create Dinner" || m.name == "Reserve Seat"):
			w.violate(m.dinner, "%s of %s was refused (%v) and left an event", m.name, m.person, m.refused)
		}
	}
}

// about returns what an event is about: the reservation, the guest or the dinner.
func about(e event.Event) string {
	switch e.Type {
	case dinner.SeatReservedType:
		return data[dinner.SeatReserved](e).ReservationID
	case dinner.ReservationCancelledType:
		return data[dinner.ReservationCancelled](e).ReservationID
	}
	return e.AggregateID
}

// data returns the data of an event of this module, which can be read.
func data[T any](e event.Event) T {
	d, err := event.DataOf[T](e, 1)
	if err != nil {
		panic(err)
	}
	return d
}

// checkAggregates holds that each dinner is what its events say, and that no seat
// of it is sold twice.
func (w *world) checkAggregates(f *fold) {
	for _, id := range slices.Sorted(maps.Keys(f.dinners)) {
		want := f.dinners[id]
		d, err := w.stores.Dinners.Get(w.ctx, id)
		if err != nil {
			w.violate(id, "dinner %s: %v", id, err)
			continue
		}
		s := d.State()
		w.checkHolds(s)
		s.Reservations = slices.DeleteFunc(s.Reservations, func(r dinner.Reservation) bool { return r.Hold != nil })
		if len(s.Reservations) > s.Seats {
			w.violate(id, "dinner %s is oversold: %d reservations of %d seats", id, len(s.Reservations), s.Seats)
		}
		held := map[string]bool{}
		for _, r := range s.Reservations {
			if r.Guest.ID != "" && !w.holds(r.Guest.ID, id) {
				w.violate(id, "guest %s has a reservation of dinner %s and no place that leads to it", r.Guest.ID, id)
			}
			if r.Guest.ID != "" && held[r.Guest.ID] {
				w.violate(id, "guest %s holds two seats of dinner %s", r.Guest.ID, id)
			}
			held[r.Guest.ID] = true
			if !want.reservations[r.ID] {
				w.violate(id, "dinner %s has the reservation %s, of which no event tells", id, r.ID)
			}
		}
		if len(s.Reservations) != len(want.reservations) || s.Status != want.status {
			w.violate(id, "dinner %s is %s with %d reservations, its events say %s with %d",
				id, s.Status, len(s.Reservations), want.status, len(want.reservations))
		}
	}
}

// holds reports whether a person's places lead to a dinner.
func (w *world) holds(person, dinnerID string) bool {
	for after := string(dinner.AsGuest) + "#"; ; {
		places, err := w.stores.Dinners.Places(w.ctx, person, after, 100)
		if err != nil || len(places) == 0 {
			return false
		}
		for _, p := range places {
			if p.Role == dinner.AsGuest && p.DinnerID == dinnerID {
				return true
			}
			after = p.Key()
		}
	}
}

// checkForgotten holds that nothing but events is left about whoever was told that
// they are forgotten.
func (w *world) checkForgotten(f *fold) {
	for _, m := range w.commands {
		if m.name != "Forget Me" || m.answer == nil {
			continue
		}
		if !f.forgotten[m.person] {
			w.violate(m.person, "%s was told to be forgotten, and no event says so", m.person)
		}
		places, err := w.stores.Dinners.Places(w.ctx, m.person, "", 10)
		if w.stores.lost != nil {
			places = slices.DeleteFunc(places, func(p dinner.Place) bool { return w.stores.lost(m.person, p) })
		}
		if err != nil || len(places) > 0 {
			w.violate(m.person, "forgotten %s has the places %v (%v)", m.person, places, err)
		}
		for _, id := range slices.Sorted(maps.Keys(f.dinners)) {
			d, err := w.stores.Dinners.Get(w.ctx, id)
			if err != nil {
				continue // told already
			}
			s := d.State()
			if s.Host.ID == m.person || slices.ContainsFunc(s.Reservations, func(r dinner.Reservation) bool {
				return r.Guest.ID == m.person
			}) {
				w.violate(id, "dinner %s still names forgotten %s", id, m.person)
			}
		}
	}
}
