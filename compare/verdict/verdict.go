// Package verdict chooses among the options of a trade-off: it first eliminates
// those that cannot serve the design, each with its reason, and then takes the
// cheapest of the rest. It gives no scores.
package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/availability"
	"fulcrum/compare/capability"
	"fulcrum/compare/cost"
	"fulcrum/compare/latency"
	"fulcrum/compare/limits"
	"fulcrum/design"
)

// Option is what a verdict needs to know of an option.
type Option struct {
	ID     string
	Region string
	// Conflicts are choices of the design that it cannot work with.
	Conflicts []string
	// Unmet are the needs that it cannot serve.
	Unmet  []Unmet
	Limits limits.Report
	Floor  availability.Floor
	// Latency is empty where the option has no model; it then keeps any allowance.
	Latency latency.Figures
	// USD is what it costs at the base column, without what every option has alike.
	USD      float64
	Coverage cost.Coverage
}

// Unmet is a need with the reason it is not served.
type Unmet struct {
	Need string
	Cell capability.Cell
}

// Verdict is the choice among a trade-off's options.
type Verdict struct {
	// Winner is the option to take; empty if none can serve the design.
	Winner string `json:"winner"`
	// Sentence says it in one sentence.
	Sentence string `json:"sentence"`
	// Ranking has the options that remain, cheapest first.
	Ranking []Ranked `json:"ranking"`
	// Eliminated has the others with their reasons.
	Eliminated []Eliminated `json:"eliminated,omitempty"`
	// Changes says what would change the answer.
	Changes []string `json:"changes,omitempty"`
	// Warnings hold for whichever option is taken, or for the winner.
	Warnings []string `json:"warnings,omitempty"`
	// Shortfall says by how much AWS's agreements fall short of the design's service
	// level where no option meets it.
	Shortfall string `json:"shortfall,omitempty"`
	// Until is the number of requests a month up to which the winner stays the
	// cheapest of those that remain; 0 for ever.
	Until float64 `json:"until,omitempty"`
}

// Ranked is an option that remains, and what it costs a month at base beside what
// every option has alike.
type Ranked struct {
	Option string  `json:"option"`
	USD    float64 `json:"usd"`
}

// Eliminated is an option that cannot serve the design, and why.
type Eliminated struct {
	Option string `json:"option"`
	// Gate is "choice", "need", "limit", "service level", "latency" or "residency".
	Gate   string `json:"gate"`
	Reason string `json:"reason"`
}

// Of returns the verdict over options at a number of requests a month. curves are
// the options' costs by requests, in the same order; absent are options that have no
// stack, and why.
func Of(options []Option, curves []cost.Curve, absent []Eliminated, requests float64, d *design.Design) Verdict {
	var v Verdict
	keeps := kept{
		floor:   slices.ContainsFunc(options, func(o Option) bool { return o.serves() && o.Floor.Meets() }),
		latency: slices.ContainsFunc(options, func(o Option) bool { return o.serves() && o.Latency.Missing == "" && o.Latency.Keeps() }),
		limits:  slices.ContainsFunc(options, func(o Option) bool { return o.serves() && len(hard(o)) == 0 }),
	}
	var left []cost.Curve
	remaining := []Option(nil)
	for i, o := range options {
		if e := eliminate(o, d, keeps); len(e) > 0 {
			v.Eliminated = append(v.Eliminated, e...)
			continue
		}
		v.Ranking = append(v.Ranking, Ranked{o.ID, o.USD})
		left = append(left, curves[i])
		remaining = append(remaining, o)
	}
	v.Eliminated = append(v.Eliminated, absent...)
	if !keeps.floor && d.ServiceLevels.Availability > 0 && len(remaining) > 0 {
		v.Shortfall = shortfall(remaining, d)
	}
	v.warn(remaining)
	if !keeps.limits {
		v.warnOfLimits(remaining)
	}
	if !keeps.latency {
		v.warnOfLatency(remaining)
	}
	if len(v.Ranking) == 0 {
		v.Sentence = "No option can serve the design: " + reasons(v.Eliminated)
		return v
	}
	slices.SortStableFunc(v.Ranking, func(a, b Ranked) int {
		switch {
		case a.USD < b.USD:
			return -1
		case a.USD > b.USD:
			return 1
		}
		return 0
	})
	if gap, ok := incomplete(remaining); ok {
		v.Sentence = gap
		return v
	}
	tied := v.settleTie(remaining)
	v.Winner = v.Ranking[0].Option
	v.changes(options, left, requests)
	v.Sentence = v.sentence(tied)
	return v
}

// serves reports whether the option works with the design's choices and serves its
// needs.
func (o Option) serves() bool { return len(o.Conflicts) == 0 && len(o.Unmet) == 0 }

// kept says what at least one option keeps that serves the design. An option is eliminated for what it
// does not keep only where another does: else nothing would be left to choose.
type kept struct{ floor, latency, limits bool }

// eliminate returns every reason for which an option cannot serve the design.
func eliminate(o Option, d *design.Design, keeps kept) []Eliminated {
	var out []Eliminated
	because := func(gate, format string, args ...any) {
		out = append(out, Eliminated{o.ID, gate, fmt.Sprintf(format, args...)})
	}
	if len(o.Conflicts) > 0 {
		because("choice", "cannot work with the design's %s", strings.Join(o.Conflicts, " and "))
	}
	for _, u := range o.Unmet {
		because("need", "needs %s, but %s", u.Need, u.Cell.Text)
	}
	if keeps.limits {
		for _, text := range hard(o) {
			because("limit", "%s", text)
		}
	}
	if keeps.floor && !o.Floor.Meets() {
		because("service level", "the agreements on its path promise %s %%, the design %s %%",
			percent(min(o.Floor.Read.Availability, o.Floor.Write.Availability)), percent(o.Floor.Target))
	}
	if column, over := exceeded(o); keeps.latency && len(over) > 0 {
		because("latency", "simulated, the busiest minute of the %s column has %s", column, strings.Join(over, ", "))
	}
	for _, r := range strangers(d, o.Region) {
		because("residency", "%s may rest in %s only, and the stack goes to %s", strings.Join(r.classes, ", "), r.regions, o.Region)
	}
	return out
}

// residents are the data classes that may rest in the same Regions only.
type residents struct {
	regions string
	classes []string
}

// strangers are the data classes that may not rest in a Region.
func strangers(d *design.Design, region string) []residents {
	var out []residents
	for _, c := range d.DataClasses {
		if len(c.Residency) == 0 || region == "" || slices.Contains(c.Residency, region) {
			continue
		}
		regions := strings.Join(c.Residency, ", ")
		i := slices.IndexFunc(out, func(r residents) bool { return r.regions == regions })
		if i < 0 {
			out, i = append(out, residents{regions: regions}), len(out)
		}
		out[i].classes = append(out[i].classes, c.Name)
	}
	return out
}

// incomplete says why no option can be called the cheapest: a resource without a
// price counts nothing, and an option must not win by what is not known of it.
func incomplete(remaining []Option) (sentence string, ok bool) {
	if len(remaining) < 2 {
		return "", false
	}
	var gaps []string
	for _, o := range remaining {
		if n := len(o.Coverage.NotPriced); n > 0 {
			gaps = append(gaps, fmt.Sprintf("%d of %d billable resources of %s", n, o.Coverage.Billable, o.ID))
		}
	}
	if len(gaps) == 0 {
		return "", false
	}
	return "No option can be called the cheapest: there is no price for " + strings.Join(gaps, ", ") + "; a price book of your own fills the gaps (--prices FILE).", true
}

func shortfall(options []Option, d *design.Design) string {
	best := slices.MaxFunc(options, func(a, b Option) int {
		x, y := a.Floor.Write.Availability, b.Floor.Write.Availability
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	which := " at best (" + best.ID + ")"
	if !slices.ContainsFunc(options, func(o Option) bool { return o.Floor.Write.Availability != best.Floor.Write.Availability }) {
		which = "" // the same in every option
	}
	return fmt.Sprintf("AWS's agreements promise %s %%%s, less than the design's %s %%: AWS pays no credits for the difference.",
		percent(best.Floor.Write.Availability), which, percent(d.ServiceLevels.Availability))
}

// NoChange is what would change a verdict that holds at every load that is looked at.
var NoChange = fmt.Sprintf("no number of requests from %s to %s", Count(cost.FewestRequests), Count(cost.MostRequests))

// without says which needs and choices of the design are in the way of options that
// are out; empty if it is something else.
func without(options []Option) string {
	var needs, choices []string
	for _, o := range options {
		for _, u := range o.Unmet {
			if !slices.Contains(needs, u.Need) {
				needs = append(needs, u.Need)
			}
		}
		for _, c := range o.Conflicts {
			if id, _, _ := strings.Cut(c, ": "); !slices.Contains(choices, id) {
				choices = append(choices, id)
			}
		}
	}
	var parts []string
	if len(needs) > 0 {
		parts = append(parts, "without the need "+strings.Join(needs, ", "))
	}
	if len(choices) > 0 {
		parts = append(parts, "with another "+strings.Join(choices, " or "))
	}
	return strings.Join(parts, ", or ")
}

// changes finds the next number of requests, up and down, at which another of the
// options that remain is the cheapest.
func (v *Verdict) changes(options []Option, left []cost.Curve, requests float64) {
	if len(left) < 2 {
		if len(v.Eliminated) > 0 {
			v.Changes = append(v.Changes, cmp.Or(without(options), "dropping what eliminates the others"))
		}
		return
	}
	intervals := cost.FindBreakEven(left).Intervals
	for k, i := range intervals {
		if requests < i.From || requests >= i.To {
			continue
		}
		if k > 0 {
			v.Changes = append(v.Changes, fmt.Sprintf("%s below %s requests a month", intervals[k-1].Winner, Count(i.From)))
		}
		if k < len(intervals)-1 {
			v.Until = i.To
			v.Changes = append(v.Changes, fmt.Sprintf("%s from %s requests a month", intervals[k+1].Winner, Count(i.To)))
		}
	}
	if len(v.Changes) == 0 {
		v.Changes = append(v.Changes, NoChange)
	}
}

func (v *Verdict) sentence(tied string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Take %s", v.Winner)
	switch {
	case tied != "":
		b.WriteString(": " + tied)
	case len(v.Ranking) == 1 && len(v.Eliminated) > 0:
		b.WriteString(": it is the only one left")
	case len(v.Ranking) > 1:
		next := v.Ranking[1]
		fmt.Fprintf(&b, ": at base it costs $%.2f a month less than %s", next.USD-v.Ranking[0].USD, next.Option)
		if v.Until > 0 {
			fmt.Fprintf(&b, ", and stays the cheapest up to %s requests a month", Count(v.Until))
		} else {
			b.WriteString(", and stays the cheapest however many requests come")
		}
	}
	b.WriteString(".")
	if len(v.Eliminated) > 0 {
		b.WriteString(" Out: " + reasons(v.Eliminated) + ".")
	}
	return b.String()
}

// reasons names each option once with all its reasons, and those that have the same
// ones together: "routes, canary (cannot work with …); alb (needs …)".
func reasons(e []Eliminated) string {
	var options, texts []string
	for _, x := range e {
		i := slices.Index(options, x.Option)
		if i < 0 {
			options, texts = append(options, x.Option), append(texts, x.Reason)
			continue
		}
		texts[i] += "; " + x.Reason
	}
	var parts []string
	for i, text := range texts {
		if slices.Index(texts, text) < i {
			continue
		}
		var alike []string
		for k := range texts {
			if texts[k] == text {
				alike = append(alike, options[k])
			}
		}
		parts = append(parts, strings.Join(alike, ", ")+" ("+text+")")
	}
	return strings.Join(parts, "; ")
}

// Count writes a number of requests as a reader says it: "26.4 M".
func Count(n float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}} {
		if n >= u.size {
			return figure(n/u.size) + u.name
		}
	}
	return figure(n)
}

func percent(share float64) string { return fmt.Sprintf("%.4g", share*100) }

// figure writes a number with three digits that count.
func figure(f float64) string {
	if f >= 1000 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.3g", f)
}
