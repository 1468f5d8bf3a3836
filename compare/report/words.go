package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/cost"
	"fulcrum/compare/verdict"
	"fulcrum/design"
)

// Headline says on one line what is compared and under which load.
func Headline(c compare.Comparison) string {
	base := c.Columns[design.Base]
	parts := []string{c.System, c.Region, fmt.Sprintf("%s requests a month (peak %s/s)", Count(base.Requests), Count(base.PeakRPS))}
	if c.Levels.Availability > 0 {
		parts = append(parts, Percent(c.Levels.Availability))
	}
	if c.Levels.P95Ms > 0 {
		parts = append(parts, fmt.Sprintf("p95 %.0f ms", c.Levels.P95Ms))
	}
	if c.Levels.P99Ms > 0 {
		parts = append(parts, fmt.Sprintf("p99 %.0f ms", c.Levels.P99Ms))
	}
	return strings.Join(parts, " · ")
}

// mind returns what is to be minded of a trade-off.
func mind(t compare.TradeOff) []string {
	if t.Verdict.Shortfall == "" {
		return t.Verdict.Warnings
	}
	return append([]string{t.Verdict.Shortfall}, t.Verdict.Warnings...)
}

// sameCurves reports whether every option costs the same at every load, so that
// there is nothing to say of them.
func sameCurves(b compare.BreakEven) bool {
	return !slices.ContainsFunc(b.USD, func(usd []float64) bool { return !slices.Equal(usd, b.USD[0]) })
}

// Intervals says in words who is the cheapest where.
func Intervals(b compare.BreakEven) string {
	if sameCurves(b) {
		return "every option costs the same however many requests come"
	}
	if len(b.Intervals) == 1 {
		return b.Intervals[0].Winner + " is the cheapest however many requests come"
	}
	return cheapest(b.Intervals, Count) + " requests a month"
}

// cheapest names the winner of each of several intervals, whose ends say writes.
func cheapest(intervals []cost.Interval, say func(float64) string) string {
	var parts []string
	for k, i := range intervals {
		switch k {
		case 0:
			parts = append(parts, fmt.Sprintf("%s up to %s", i.Winner, say(i.To)))
		case len(intervals) - 1:
			parts = append(parts, fmt.Sprintf("%s from %s", i.Winner, say(i.From)))
		default:
			parts = append(parts, fmt.Sprintf("%s from %s to %s", i.Winner, say(i.From), say(i.To)))
		}
	}
	return "cheapest: " + strings.Join(parts, ", ")
}

// Crossing says where two options cost the same, and why.
func Crossing(b compare.BreakEven, i int) string {
	x := b.Crossings[i]
	return fmt.Sprintf("%s = %s at %s requests a month; %s below, %s above", x.Below, x.Above, Count(x.Requests), x.Below, x.Above)
}

// WouldChange says what would change a verdict; a dash if no number of requests does.
func WouldChange(v verdict.Verdict) string {
	if len(v.Changes) == 1 && v.Changes[0] == verdict.NoChange {
		return "–"
	}
	return strings.Join(v.Changes, "; ")
}

// Ranking writes the options that remain by cost: "http-api $36.98 < alb $49.37".
func Ranking(t compare.TradeOff) string {
	ranking := t.Verdict.Ranking
	s := ""
	for i, r := range ranking {
		if i > 0 && Money(r.USD) == Money(ranking[i-1].USD) {
			s += " = " + r.Option
			continue
		}
		if i > 0 {
			s += " < "
		}
		s += r.Option + " " + Money(r.USD)
	}
	if t.Verdict.Winner == "" && len(ranking) > 0 {
		s = "prices missing: no ranking"
	}
	if len(t.Verdict.Eliminated) > 0 {
		var out []string
		for _, e := range t.Verdict.Eliminated {
			if !slices.Contains(out, e.Option) { // one option may have several reasons
				out = append(out, e.Option)
			}
		}
		word := "; out: "
		if len(ranking) == 0 {
			word = "none can serve: out are "
		}
		s += word + strings.Join(out, ", ")
	}
	return strings.TrimPrefix(s, "; ")
}

// Assumptions are what every amount rests on, beside the design.
var Assumptions = []string{
	"List prices in US dollars without tax, discounts or free tiers, the permanent free tiers included.",
	"A month has 730 hours and requests come evenly over it, as AWS's own price examples take it; quotas are set against the busiest second of the peak column.",
	"A KB has 1,024 bytes and a GB 2^30, as AWS's meters count.",
	"Every command succeeds, raises its events and is written in one transaction; every event is delivered once to each consumer that the model names; nothing fails.",
	"Tables, archives and logs hold what a year leaves in them, or what their retention does if that is shorter.",
	"Detailed metrics are charged for every method or route for the whole month, which is the most they can cost.",
	"The service's programs write four metrics of each operation and event, charged as custom metrics for the whole month; those of another app's programs are not known.",
	"Between Availability Zones only answers of cache nodes are charged: a load balancer's traffic to its targets is taken as free, and other services are reached in the caller's zone. Support plans are not in a template and not in these amounts.",
}

// AssumptionsOf returns what the amounts of a comparison rest on.
func AssumptionsOf(c compare.Comparison) []string {
	if !c.FreeTier {
		return Assumptions
	}
	free := "List prices in US dollars without tax or discounts, the permanent free allowances taken off as if each stack were alone in its account. What a resource costs then depends on all others, so that options are compared as whole stacks."
	return append([]string{free}, Assumptions[1:]...)
}

// ReferenceTitle says under which assumptions the reference break-even points hold.
const ReferenceTitle = "Load balancer against API Gateway, front doors alone: 5 GB in a million requests (5 KB each), one new connection a request, a function behind it, list prices"

// Reference says one reference break-even in a line.
func Reference(r cost.Reference) string {
	addresses := "without public IPv4"
	if r.Addresses > 0 {
		addresses = fmt.Sprintf("with %d public IPv4", r.Addresses)
	}
	return fmt.Sprintf("%s, alb %s against %s: %s requests a month", r.Region, addresses, r.Against, Count(r.Requests))
}
