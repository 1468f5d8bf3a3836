package cost

import (
	"slices"

	"fulcrum/design"
)

// GB is the gigabyte that AWS's meters count in bytes, KB the kilobyte.
const (
	GB = 1 << 30
	KB = 1 << 10
)

// Hours are the hours of the month that all prices are worked out for.
const Hours = 730

// Demand is one month's load as the parts of a stack see it.
type Demand struct {
	Load   design.Load
	Design *design.Design
}

// At returns the demand of a column of the design.
func At(d *design.Design, column design.Column) Demand {
	return Demand{Load: d.Load(column), Design: d}
}

// PlainDemand is a demand of which only the front door sees anything: a million
// calls a month of so many bytes each, in and out together, over as many
// connections as calls times the share given.
func PlainDemand(bytesOfCall, connectionsOfCall float64) Demand {
	const calls = 1e6
	d := &design.Design{Capacity: design.Capacity{PeakFactor: 1}}
	return Demand{Design: d, Load: design.Load{
		Requests: calls, Reads: calls, BytesOut: calls * bytesOfCall, Connections: calls * connectionsOfCall, PeakFactor: 1,
		AverageRPS: calls / design.SecondsPerMonth, PeakRPS: calls / design.SecondsPerMonth,
		Operations: []design.OperationLoad{{Calls: calls, BytesOut: calls * bytesOfCall}},
	}}
}

// WithRequests returns the demand with the same mix of calls and a given number of
// them in a month: users, events and bytes follow.
func (d Demand) WithRequests(n float64) Demand {
	if d.Load.Requests == 0 {
		return d
	}
	f := n / d.Load.Requests
	l := d.Load
	l.Operations = scaled(l.Operations, func(o *design.OperationLoad) {
		scale(f, &o.Calls, &o.AverageRPS, &o.PeakRPS, &o.BytesIn, &o.BytesOut)
	})
	l.Events = scaled(l.Events, func(e *design.EventLoad) { scale(f, &e.Count, &e.TotalBytes) })
	l.Consumers = scaled(l.Consumers, func(c *design.ConsumerLoad) { scale(f, &c.Deliveries, &c.ReadModelItems) })
	scale(f, &l.Users, &l.Requests, &l.Reads, &l.Writes, &l.AverageRPS, &l.PeakRPS, &l.BytesIn, &l.BytesOut,
		&l.Connections, &l.EventCount, &l.Deliveries, &l.LogBytes,
		&l.Written.Aggregates, &l.Written.Events, &l.Written.IdempotencyKeys, &l.Written.ReadModels)
	d.Load = l
	return d
}

// CallBytes is the mean size of a call, in and out together.
func (d Demand) CallBytes() float64 {
	if d.Load.Requests == 0 {
		return 0
	}
	return (d.Load.BytesIn + d.Load.BytesOut) / d.Load.Requests
}

// WithCallBytes returns the demand with calls of a given mean size: what goes in and
// what comes out grow in the same proportion, and nothing else does.
func (d Demand) WithCallBytes(bytes float64) Demand {
	now := d.CallBytes()
	if now == 0 {
		return d
	}
	f := bytes / now
	l := d.Load
	l.Operations = scaled(l.Operations, func(o *design.OperationLoad) { scale(f, &o.BytesIn, &o.BytesOut) })
	scale(f, &l.BytesIn, &l.BytesOut)
	d.Load = l
	return d
}

func scaled[T any](list []T, change func(*T)) []T {
	out := make([]T, len(list))
	copy(out, list)
	for i := range out {
		change(&out[i])
	}
	return out
}

func scale(f float64, values ...*float64) {
	for _, v := range values {
		*v *= f
	}
}

// eventBytes is the mean size of an event, 1 KB where there are none.
func (d Demand) eventBytes() float64 {
	total := 0.0
	for _, e := range d.Load.Events {
		total += e.TotalBytes
	}
	if d.Load.EventCount == 0 {
		return KB
	}
	return total / d.Load.EventCount
}

// named is how often the events of those names happen in a month, and their mean
// size; without names, all events.
func (d Demand) named(names []string) (events, bytes float64) {
	if len(names) == 0 {
		return d.Load.EventCount, d.eventBytes()
	}
	total := 0.0
	for _, e := range d.Load.Events {
		if slices.Contains(names, e.Name) {
			events, total = events+e.Count, total+e.TotalBytes
		}
	}
	if events == 0 {
		return 0, KB
	}
	return events, total / events
}

// keptMonths is for how many months of the first year a data class keeps what is
// written; a class the design does not name keeps a year.
func (d Demand) keptMonths(class string) float64 {
	days := 365
	if c := d.Design.DataClass(class); c.Name != "" && c.RetentionDays > 0 {
		days = min(days, c.RetentionDays)
	}
	return float64(days) / 365 * 12
}
