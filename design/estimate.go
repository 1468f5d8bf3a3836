package design

// Estimate is the capacity that a design needs, by group.
type Estimate struct {
	System string  `json:"system"`
	Region string  `json:"region"`
	Groups []Group `json:"groups"`
}

// Group is the lines about one resource.
type Group struct {
	Name  string `json:"name"`
	Lines []Line `json:"lines"`
}

// Line is one figure of an estimate, at low, base and peak.
type Line struct {
	Name string `json:"name"`
	// Unit is "/s", "B", "kb/s" (1,000 bits a second), or "" for a number.
	Unit   string     `json:"unit"`
	Values [3]float64 `json:"values"`
	// Formula is how the value follows, in words; Filled the same with the numbers
	// of each column. Numbers are rounded in it, not in the calculation.
	Formula string    `json:"formula"`
	Filled  [3]string `json:"filled"`
	// Source is where the formula comes from, empty for plain arithmetic.
	Source string `json:"source,omitempty"`
}

// Little is the source of every figure of the kind "how many at once".
const Little = "J. D. C. Little, A Proof for the Queuing Formula L = λW, Operations Research 9(3), 1961"

// Estimate works out the capacity that the design needs in each of its columns.
func (d *Design) Estimate() Estimate {
	s := sheet{d: d}
	for column := range s.loads {
		s.loads[column] = d.Load(Column(column))
	}
	return Estimate{System: d.System, Region: d.Region, Groups: []Group{
		{"requests", s.requests()},
		{"operations", s.operations()},
		{"events", s.events()},
		{"items written", s.items()},
		{"storage", s.storage()},
		{"bandwidth", s.bandwidth()},
		{"at once", s.concurrency()},
		{"cache", s.cache()},
	}}
}

// sheet is an estimate in the making.
type sheet struct {
	d     *Design
	loads [3]Load
}

// line works out one figure for each column.
func (s *sheet) line(name, unit, formula string, at func(Load) term) Line {
	l := Line{Name: name, Unit: unit, Formula: formula}
	for column, load := range s.loads {
		t := at(load)
		l.Values[column], l.Filled[column] = t.value, t.text
	}
	return l
}

// from adds the source of a line's formula.
func (l Line) from(source string) Line {
	l.Source = source
	return l
}

var month = num(SecondsPerMonth, "s")

// peak is a monthly number at the busiest second.
func (s *sheet) peak(count float64) term {
	return times(over(num(count, ""), month), num(s.d.Capacity.PeakFactor, ""))
}

func (s *sheet) requests() []Line {
	mean, busiest := "calls a month ÷ seconds of 730 h", "calls a month ÷ seconds of 730 h × peak factor"
	rates := func(what string, count func(Load) float64) []Line {
		return []Line{
			s.line(what+", average", "/s", mean, func(l Load) term { return over(num(count(l), ""), month) }),
			s.line(what+", peak", "/s", busiest, func(l Load) term { return s.peak(count(l)) }),
		}
	}
	lines := []Line{s.line("requests a month", "", "users × calls of one user", func(l Load) term {
		return times(num(l.Users, ""), exact(l.Requests/l.Users))
	})}
	lines = append(lines, rates("requests", func(l Load) float64 { return l.Requests })...)
	lines = append(lines, rates("reads", func(l Load) float64 { return l.Reads })...)
	return append(lines, rates("writes", func(l Load) float64 { return l.Writes })...)
}

func (s *sheet) operations() []Line {
	var lines []Line
	for i, o := range s.loads[Base].Operations {
		calls := func(l Load) float64 { return l.Operations[i].Calls }
		lines = append(lines,
			s.line(o.Name+", average", "/s", "calls a month ÷ seconds of 730 h", func(l Load) term { return over(num(calls(l), ""), month) }),
			s.line(o.Name+", peak", "/s", "calls a month ÷ seconds of 730 h × peak factor", func(l Load) term { return s.peak(calls(l)) }))
	}
	return lines
}

func (s *sheet) events() []Line {
	return []Line{
		s.line("events a month", "", "sum over commands of calls × share of each event", func(l Load) term {
			var parts []term
			for _, e := range l.Events {
				parts = append(parts, num(e.Count, ""))
			}
			return plus(parts...)
		}),
		s.line("events, average", "/s", "events a month ÷ seconds of 730 h", func(l Load) term { return over(num(l.EventCount, ""), month) }),
		s.line("events, peak", "/s", "events a month ÷ seconds of 730 h × peak factor", func(l Load) term { return s.peak(l.EventCount) }),
		s.line("deliveries to consumers, peak", "/s", "events × consumers of each ÷ seconds of 730 h × peak factor", func(l Load) term { return s.peak(l.Deliveries) }),
	}
}

func (s *sheet) items() []Line {
	per := func(name, formula string, count func(Written) float64) Line {
		return s.line(name, "/s", formula, func(l Load) term { return s.peak(count(l.Written)) })
	}
	return []Line{
		per("aggregates, peak", "commands × items each writes, at the busiest second", func(w Written) float64 { return w.Aggregates }),
		per("events in the outbox, peak", "one item for each event, at the busiest second", func(w Written) float64 { return w.Events }),
		per("idempotency keys, peak", "one item for each command, at the busiest second", func(w Written) float64 { return w.IdempotencyKeys }),
		per("read models, peak", "deliveries × items each writes, at the busiest second", func(w Written) float64 { return w.ReadModels }),
		s.line("items for one command", "", "all items written ÷ commands", func(l Load) term {
			w := l.Written
			return over(plus(num(w.Aggregates, ""), num(w.Events, ""), num(w.IdempotencyKeys, ""), num(w.ReadModels, "")), num(l.Writes, ""))
		}),
	}
}

func (s *sheet) bandwidth() []Line {
	rate := func(name string, bytes func(Load) float64, factor float64) Line {
		formula := "bytes a month × 0.008 kb ÷ seconds of 730 h"
		if factor != 1 {
			formula += " × peak factor"
		}
		return s.line(name, "kb/s", formula, func(l Load) term {
			t := over(times(size(bytes(l)), num(0.008, "kb")), month)
			if factor != 1 {
				t = times(t, num(factor, ""))
			}
			return t
		})
	}
	in, out := func(l Load) float64 { return l.BytesIn }, func(l Load) float64 { return l.BytesOut }
	peak := s.d.Capacity.PeakFactor
	return []Line{
		rate("in, average", in, 1), rate("in, peak", in, peak),
		rate("out, average", out, 1), rate("out, peak", out, peak),
	}
}

func (s *sheet) concurrency() []Line {
	c := s.d.Capacity
	deliveries := func(l Load) float64 { return l.Deliveries / SecondsPerMonth * l.PeakFactor }
	return []Line{
		s.line("service executions", "", "L = λW: peak requests a second × service time", func(l Load) term {
			return times(num(l.PeakRPS, "/s"), num(c.ServiceMs/1000, "s"))
		}).from(Little),
		s.line("consumer executions", "", "L = λW: peak deliveries a second × consumer time", func(l Load) term {
			return times(num(deliveries(l), "/s"), num(c.ConsumerMs/1000, "s"))
		}).from(Little),
		s.line("open connections", "", "L = λW: peak requests a second ÷ calls of a session × its length", func(l Load) term {
			return times(over(num(l.PeakRPS, "/s"), num(c.CallsPerSession, "")), num(c.SessionSeconds, "s"))
		}).from(Little),
		s.line("new connections, peak", "/s", "peak requests a second ÷ calls of a session", func(l Load) term {
			return over(num(l.PeakRPS, "/s"), num(c.CallsPerSession, ""))
		}),
	}
}
