package design

import (
	"fmt"
	"math"
)

// daysPerMonth is a month of 730 hours in days.
const daysPerMonth = 730.0 / 24

// cache is the memory for what is hot: of everything that is still being read, the
// share that serves most reads.
func (s *sheet) cache() []Line {
	live := func(l Load) []term {
		var parts []term
		for _, a := range s.d.Aggregates {
			if added := l.added(a); added > 0 {
				parts = append(parts, times(size(added), num(a.ReadDays/daysPerMonth, "months")))
			}
		}
		for _, c := range l.Consumers {
			parts = append(parts, times(size(c.Deliveries*c.AddsBytes), num(c.ReadDays/daysPerMonth, "months")))
		}
		return parts
	}
	return []Line{
		s.line("data being read", "B", "sum of what is added a month × months it is read", func(l Load) term { return plus(live(l)...) }),
		s.line("memory for the hot set", "B", "data being read × hot share", func(l Load) term {
			return times(size(plus(live(l)...).value), num(s.d.Capacity.HotShare, ""))
		}),
	}
}

// added returns the bytes that a month's commands add to an aggregate.
func (l Load) added(a Aggregate) float64 {
	bytes := 0.0
	for _, o := range l.Operations {
		if o.Kind == CommandKind && o.Aggregate == a.Name {
			bytes += o.Calls * o.AddsBytes
		}
	}
	return bytes
}

// storage is what each data class adds in a year, and holds once its retention
// has passed for the first time.
func (s *sheet) storage() []Line {
	var lines []Line
	stores := s.stores()
	for _, st := range stores {
		lines = append(lines, s.line(st.name+", a year", "B", "what is added a month × 12", func(l Load) term {
			return times(size(st.monthly(l)), num(12, ""))
		}))
	}
	lines = append(lines, s.line("together, a year", "B", "sum of what each adds", func(l Load) term {
		return sum(stores, func(st store) float64 { return st.monthly(l) * 12 })
	}))
	for _, st := range stores {
		lines = append(lines, s.line(st.name+", after "+st.after, "B", "added a year × ((1 + growth)^years − 1) ÷ ln(1 + growth)", func(l Load) term {
			return s.kept(st, l)
		}))
	}
	return append(lines, s.line("together, after retention", "B", "sum of what each keeps at the end of its retention", func(l Load) term {
		return sum(stores, func(st store) float64 { return s.kept(st, l).value })
	}))
}

// store is something that fills.
type store struct {
	name string
	// after says how long it keeps things, "730 days"; years is the same.
	after   string
	years   float64
	monthly func(Load) float64
}

func (s *sheet) stores() []store {
	in := func(name, class string, monthly func(Load) float64) store {
		days := s.d.DataClass(class).RetentionDays
		return store{name, fmt.Sprintf("%d days", days), float64(days) / 365, monthly}
	}
	var all []store
	for _, class := range s.d.DataClasses {
		if s.d.holdsAggregates(class.Name) {
			all = append(all, in(class.Name, class.Name, func(l Load) float64 { return s.d.aggregateBytes(l, class.Name) }))
		}
	}
	keys := s.d.Capacity
	return append(all,
		in("outbox", Events, eventBytes),
		in("event archive", Events, eventBytes),
		store{"idempotency keys", Figure(keys.IdempotencyHours) + " h", keys.IdempotencyHours / 24 / 365,
			func(l Load) float64 { return l.Written.IdempotencyKeys * keys.IdempotencyBytes }},
		in("read models", ReadModels, readModelBytes),
		in("logs", Telemetry, func(l Load) float64 { return l.LogBytes }))
}

// aggregateBytes is what a month adds to the aggregates of a data class.
func (d *Design) aggregateBytes(l Load, class string) float64 {
	bytes := 0.0
	for _, a := range d.Aggregates {
		if a.DataClass == class {
			bytes += l.added(a)
		}
	}
	return bytes
}

// readModelBytes is what a month adds to the read models.
func readModelBytes(l Load) float64 {
	bytes := 0.0
	for _, c := range l.Consumers {
		bytes += c.Deliveries * c.AddsBytes
	}
	return bytes
}

// eventBytes is the size of a month's events.
func eventBytes(l Load) float64 {
	bytes := 0.0
	for _, e := range l.Events {
		bytes += e.TotalBytes
	}
	return bytes
}

// kept is what a store holds at the end of the first retention, if the load grows
// evenly from now on: the integral of a·(1+g)^t from 0 to R years.
func (s *sheet) kept(st store, l Load) term {
	yearly, g := size(st.monthly(l)*12), s.d.Capacity.GrowthPerYear
	if g == 0 {
		return times(yearly, num(st.years, "years"))
	}
	return term{
		// Expm1 and Log1p keep their digits where growth is small.
		value: yearly.value * math.Expm1(st.years*math.Log1p(g)) / math.Log1p(g),
		text:  yearly.text + " × (" + Figure(1+g) + "^" + Figure(st.years) + "−1) ÷ ln " + Figure(1+g),
	}
}

func sum(stores []store, of func(store) float64) term {
	var parts []term
	for _, st := range stores {
		parts = append(parts, size(of(st)))
	}
	return plus(parts...)
}
