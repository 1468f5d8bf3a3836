// Package limits sets the demand of a design against the quotas of AWS and the
// settings of a template: how much room is left at the busiest second, what breaks
// first, at how many requests a second, and whether it can be raised.
package limits

import (
	"cmp"
	"math"
	"slices"

	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
)

// Limit is one quota or setting and the demand on it.
type Limit struct {
	// ID is the quota's id among the facts, or "setting/" and a name.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Value is the limit, Demand what the design asks of it, in Unit.
	Value  float64 `json:"value"`
	Demand float64 `json:"demand"`
	Unit   string  `json:"unit"`
	// Headroom is how many times the demand fits into the limit.
	Headroom float64 `json:"headroom"`
	// BreaksAt is the rate of requests a second at which the limit is reached; 0
	// for a limit that does not depend on the rate.
	BreaksAt float64 `json:"breaks_at_rps,omitempty"`
	// Adjustable is "yes", "no", "configurable" or "automatic"; empty if not known.
	Adjustable string `json:"adjustable"`
	// AccountWide limits are shared with everything else in account and Region.
	AccountWide bool `json:"account_wide"`
	// Setting is true for a limit that the template sets itself.
	Setting  bool            `json:"setting"`
	Formula  string          `json:"formula"`
	Evidence []evidence.Item `json:"evidence"`
}

// Report is every limit with a known demand, the tightest first.
type Report struct {
	// RPS is the rate of the busiest second that the demands are worked out for.
	RPS    float64 `json:"rps"`
	Limits []Limit `json:"limits"`
}

// First returns the quota that breaks first as the rate of requests grows. Settings
// of the template itself do not count: they break on purpose.
func (r Report) First() (Limit, bool) {
	return r.first(func(l Limit) bool { return !l.Setting })
}

// FirstHard returns the first to break among the quotas that AWS does not raise.
func (r Report) FirstHard() (Limit, bool) {
	return r.first(func(l Limit) bool { return !l.Setting && l.Adjustable == "no" })
}

func (r Report) first(counts func(Limit) bool) (Limit, bool) {
	var first Limit
	for _, l := range r.Limits {
		if l.BreaksAt > 0 && counts(l) && (first.BreaksAt == 0 || l.BreaksAt < first.BreaksAt) {
			first = l
		}
	}
	return first, first.BreaksAt > 0
}

// Exceeded returns the limits that the demand does not fit into.
func (r Report) Exceeded() []Limit {
	return slices.DeleteFunc(slices.Clone(r.Limits), func(l Limit) bool { return l.Headroom >= 1 })
}

// Of sets a demand at its busiest second against the limits of a priced stack.
func Of(priced *cost.Model, d cost.Demand, book *facts.Book) Report {
	s, region := priced.Stack, priced.Region
	r := Report{RPS: d.Load.PeakRPS}
	m := newMeasure(s, d, priced.Bill(d))
	for _, c := range checks {
		demand, ok := c.demand(m)
		if !ok {
			continue
		}
		q, err := book.Quota(c.quota, region)
		if err != nil {
			continue // a quota that is not known in this Region cannot be compared
		}
		r.Limits = append(r.Limits, limit(c, q, demand, d.Load.PeakRPS))
	}
	r.Limits = append(r.Limits, settings(m)...)
	slices.SortStableFunc(r.Limits, func(a, b Limit) int { return cmp.Compare(a.Headroom, b.Headroom) })
	return r
}

// Tightest returns the report of stacks that serve the same demand in several
// Regions: of each limit the one with the least room.
func Tightest(reports ...Report) Report {
	all := Report{RPS: reports[0].RPS}
	for _, r := range reports {
		for _, l := range r.Limits {
			i := slices.IndexFunc(all.Limits, func(x Limit) bool { return x.ID == l.ID })
			switch {
			case i < 0:
				all.Limits = append(all.Limits, l)
			case l.Headroom < all.Limits[i].Headroom:
				all.Limits[i] = l
			}
		}
	}
	slices.SortStableFunc(all.Limits, func(a, b Limit) int { return cmp.Compare(a.Headroom, b.Headroom) })
	return all
}

func limit(c check, q facts.Quota, demand demand, rps float64) Limit {
	l := Limit{
		ID: q.ID, Name: q.Name, Value: q.Value, Demand: demand.value, Unit: q.Unit, Adjustable: q.Adjustable,
		AccountWide: c.account, Formula: demand.formula, Headroom: room(q.Value, demand.value),
		Evidence: append([]evidence.Item{evidence.Fact(q.Name, q.Origin)}, demand.evidence...),
	}
	if c.grows {
		l.BreaksAt = rps * l.Headroom
	}
	return l
}

// room is how often a demand fits into a limit, at most a million times.
func room(limit, demand float64) float64 {
	const most = 1e6
	if demand <= 0 {
		return most
	}
	return math.Min(most, limit/demand)
}
