package latency

import (
	"fmt"

	"fulcrum/design"
)

// Demand is the load of a design at one column.
type Demand struct {
	// PerSecond is the mean rate of calls, Peak the busiest second's rate over it.
	PerSecond, Peak float64
	// Writes is the share of calls that are commands, Events the mean number of
	// events of a command, at most 1.
	Writes, Events float64
	// Clients is the number of monthly users.
	Clients int
	// Service and Consumer are the mean times of a call and of a consumer's event,
	// in seconds, calls of the store included.
	Service, Consumer float64
	// HotShare is the share of items that serves most reads.
	HotShare float64
	// Commands has each command's share of the writes, Calls every operation.
	Commands map[string]float64
	Calls    []Call
	// Items is how many of what commands create is still read; 0 if none creates.
	Items int
	// SessionCalls is how many calls a client makes in a session of SessionSeconds.
	SessionCalls, SessionSeconds float64

	arrivals *Arrivals // worked out once
}

// Call is an operation as a client calls it.
type Call struct {
	Name string
	// Share is that of all calls.
	Share float64
	// Write is true for a command, Token for what not everybody may call, Shared for an
	// answer that is alike for everybody.
	Write, Token, Shared bool
	// Aggregates is true for what works on aggregates and not on what follows events.
	Aggregates bool
	// Items is how many items a call reads, Kinds how many different answers there are,
	// Bytes the size of one.
	Items float64
	Kinds int
	Bytes float64
	// Events are those that a command raises.
	Events []string
}

// of returns the part of all calls for which a condition holds.
func (d Demand) of(holds func(Call) bool) float64 {
	share := 0.0
	for _, c := range d.Calls {
		if holds(c) {
			share += c.Share
		}
	}
	return share
}

// DemandOf returns the load of a design at a column.
func DemandOf(d *design.Design, column design.Column) (Demand, error) {
	l := d.Load(column)
	if l.AverageRPS <= 0 {
		return Demand{}, fmt.Errorf("the design has no load at %s: give users and calls under capacity", column)
	}
	out := Mix(d, l)
	a := out.Arrivals()
	out.arrivals = &a
	return out, nil
}

// Mix returns a load of a design as the mix of calls that it is.
func Mix(d *design.Design, l design.Load) Demand {
	out := Demand{
		PerSecond: l.AverageRPS, Peak: max(1, l.PeakFactor), Writes: l.Writes / max(1e-12, l.Requests), Clients: int(l.Users),
		Service: d.Capacity.ServiceMs / 1000, Consumer: d.Capacity.ConsumerMs / 1000, HotShare: d.Capacity.HotShare,
	}
	out.SessionCalls, out.SessionSeconds, out.Items = d.Capacity.CallsPerSession, d.Capacity.SessionSeconds, int(d.Live(l))
	for _, o := range l.Operations {
		c := Call{
			Name: o.Name, Share: o.Calls / max(1e-12, l.Requests), Write: o.Kind == design.CommandKind, Token: !o.Route.Public, Shared: o.Shared(),
			Aggregates: o.Aggregate != "", Items: o.ItemsRead, Kinds: d.Answers(l, o), Bytes: d.Capacity.Payloads[o.Name].ResponseBytes,
		}
		for _, e := range o.Events {
			c.Events = append(c.Events, e.Name)
		}
		out.Calls = append(out.Calls, c)
	}
	if l.Writes > 0 {
		out.Events = min(1, l.EventCount/l.Writes)
		out.Commands = map[string]float64{}
		for _, o := range l.Operations {
			if o.Kind == design.CommandKind {
				out.Commands[o.Name] = o.Calls / l.Writes
			}
		}
	}
	return out
}

// Arrivals returns the day's curve of a demand.
func (d Demand) Arrivals() Arrivals {
	if d.arrivals != nil {
		return *d.arrivals
	}
	if d.Peak <= 1.01 {
		a := Poisson(d.PerSecond)
		a.text = fmt.Sprintf("%.3g/s", d.PerSecond)
		return a
	}
	a := Daily(d.PerSecond, min(d.Peak, 100))
	a.text = fmt.Sprintf("daily:%.3g/s:%g", d.PerSecond, d.Peak)
	return a
}

// Allowance is what a design allows itself; 0 for no allowance.
type Allowance struct {
	// P95 and P99 are response times in seconds.
	P95, P99 float64
	// Refused is the share of requests that may go without an answer.
	Refused float64
}

// AllowanceOf returns a design's service levels as an allowance.
func AllowanceOf(d *design.Design) Allowance {
	l := d.ServiceLevels
	return Allowance{P95: l.P95Ms / 1000, P99: l.P99Ms / 1000, Refused: 1 - l.Availability}
}
