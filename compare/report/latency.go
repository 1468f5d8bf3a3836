package report

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/evidence"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// latencyRows sets the simulated latency of stacks side by side. There are none if
// no stack has a model and nothing is known then but why.
func latencyRows(c compare.Comparison, stacks []compare.Stack) []Row {
	minute := func(label string, column design.Column, cell func(latency.Minute) Cell) Row {
		return row(label, stacks, func(_ int, s compare.Stack) Cell {
			if s.Latency.Missing != "" {
				return Cell{Text: "no model", Evidence: []evidence.Item{{Claim: s.Latency.Missing}}}
			}
			out := cell(s.Latency.Busiest[column])
			out.Evidence = s.Latency.Evidence
			return out
		})
	}
	percentile := func(name string, column design.Column, allowedMs float64, of func(latency.Minute) latency.Interval) Row {
		label := fmt.Sprintf("%s, %s", name, column)
		if allowedMs > 0 {
			label += ", allowed " + latency.Duration(allowedMs/1000)
		}
		return minute(label, column, func(m latency.Minute) Cell {
			cell := Cell{Text: of(m).String()}
			if allowedMs > 0 {
				cell.Mark = yesNo(of(m).Value <= allowedMs/1000)
			}
			return cell
		})
	}
	p50 := func(m latency.Minute) latency.Interval { return m.P50 }
	p95 := func(m latency.Minute) latency.Interval { return m.P95 }
	p99 := func(m latency.Minute) latency.Interval { return m.P99 }
	rows := []Row{
		percentile("p99", design.Low, c.Levels.P99Ms, p99),
		percentile("p50", design.Base, 0, p50),
		percentile("p95", design.Base, c.Levels.P95Ms, p95),
		percentile("p99", design.Base, c.Levels.P99Ms, p99),
		percentile("p95", design.Peak, c.Levels.P95Ms, p95),
		percentile("p99", design.Peak, c.Levels.P99Ms, p99),
	}
	for _, column := range []design.Column{design.Base, design.Peak} {
		rows = append(rows, minute("without an answer, "+column.String(), column, func(m latency.Minute) Cell {
			return Cell{Text: lost(m), Mark: yesNo(m.Lost() <= 1-c.Levels.Availability || c.Levels.Availability == 0)}
		}))
	}
	if slices.ContainsFunc(stacks, func(s compare.Stack) bool { return s.Latency.Slow != nil }) {
		rows = append(rows, row("p99, base, one server 10 × slower", stacks, func(_ int, s compare.Stack) Cell {
			if s.Latency.Slow == nil {
				return Cell{Text: "no servers"}
			}
			return Cell{Text: s.Latency.Slow.P99.String(), Mark: yesNo(c.Levels.P99Ms == 0 || s.Latency.Slow.P99.Value <= c.Levels.P99Ms/1000)}
		}))
	}
	return append(rows, row("cold starts, low and base", stacks, func(_ int, s compare.Stack) Cell {
		if s.Latency.Missing != "" {
			return Cell{Text: "no model"}
		}
		return Cell{Text: s.Latency.Busiest[design.Low].ColdStart.Percent() + ", " + s.Latency.Busiest[design.Base].ColdStart.Percent()}
	}))
}

// lost says which share of the requests went without an answer, and why.
func lost(m latency.Minute) string {
	var parts []string
	for _, x := range []struct {
		why   string
		share latency.Interval
	}{{"throttled", m.Throttled}, {"timed out", m.TimedOut}, {"dropped", m.Dropped}, {"failed", m.Failed}} {
		if x.share.Value > 0 {
			parts = append(parts, x.share.Percent()+" "+x.why)
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// simulation says what the latency of all stacks rests on.
type simulation struct {
	Method string
	// Assumptions are those that any stack's model uses, each once.
	Assumptions []latency.Assumption
	// NotModelled is what no model has, and what is in every stack and in no model.
	NotModelled []latency.Unseen
	// Sensitive is the stack whose sensitivity is shown, Effects what the
	// assumptions do to its p99, those of half a percent and more; Small counts the
	// others.
	Sensitive string
	P99       float64
	Effects   []latency.Effect
	Small     int
}

func simulationOf(c compare.Comparison) simulation {
	out := simulation{Method: latency.Method(), NotModelled: slices.Concat(latency.Unmodelled(), commonUnseen(c.Stacks))}
	seen := map[string]bool{}
	for _, s := range c.Stacks {
		for _, a := range s.Latency.Assumptions {
			if !seen[a.Name] {
				seen[a.Name] = true
				out.Assumptions = append(out.Assumptions, a)
			}
		}
		if len(s.Latency.Sensitivity) > 0 {
			out.Sensitive, out.P99 = s.Name, s.Latency.Busiest[design.Base].P99.Value
			out.Effects, out.Small = noticeable(s.Latency.Sensitivity)
		}
	}
	slices.SortFunc(out.Assumptions, func(a, b latency.Assumption) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// noticeable returns the effects of half a percent and more, and how many others
// there are.
func noticeable(effects []latency.Effect) (large []latency.Effect, small int) {
	large = slices.DeleteFunc(slices.Clone(effects), func(e latency.Effect) bool { return e.Spread < 0.005 })
	return large, len(effects) - len(large)
}

// commonUnseen is what every stack with a model has and no model shows.
func commonUnseen(stacks []compare.Stack) []latency.Unseen {
	var common []latency.Unseen
	first := true
	for _, s := range stacks {
		switch {
		case s.Latency.Missing != "":
		case first:
			common, first = slices.Clone(s.Latency.NotModelled), false
		default:
			common = slices.DeleteFunc(common, func(x latency.Unseen) bool { return !sees(s.Latency.NotModelled, x) })
		}
	}
	return common
}

// differingUnseen says what some of the stacks have and no model shows, each thing once
// with the names of those that have it.
func differingUnseen(names []string, stacks []compare.Stack) []string {
	common := commonUnseen(stacks)
	var things []latency.Unseen
	for _, s := range stacks {
		for _, x := range s.Latency.NotModelled {
			if !sees(common, x) && !sees(things, x) {
				things = append(things, x)
			}
		}
	}
	var out []string
	for _, x := range things {
		var whose []string
		for i, s := range stacks {
			if sees(s.Latency.NotModelled, x) {
				whose = append(whose, names[i])
			}
		}
		out = append(out, fmt.Sprintf("%s (%s): %s", x.What, strings.Join(whose, ", "), x.Why))
	}
	return out
}

func sees(list []latency.Unseen, x latency.Unseen) bool {
	return slices.ContainsFunc(list, func(y latency.Unseen) bool { return x.What == y.What })
}

// latencySection is a trade-off's latency on the page.
type latencySection struct {
	// Alike is true if the options that have a model have the same figures: charts
	// would show one curve then.
	Alike   bool
	Missing []Cell
	// NotModelled is what some of the options have and no model shows.
	NotModelled []string
	Charts      []latencyChart
	Columns     []string
	// Figures has every figure of every column.
	Figures []Group
}

// latencyOf returns the latency of a trade-off's options.
func latencyOf(c compare.Comparison, t compare.TradeOff, stacks []compare.Stack) latencySection {
	out := latencySection{Alike: true, Figures: latencyFigures(stacks)}
	var names []string
	var have []compare.Stack
	for i, s := range stacks {
		out.Columns = append(out.Columns, t.Options[i].ID)
		if s.Latency.Missing != "" {
			out.Missing = append(out.Missing, Cell{Text: t.Options[i].ID + ": " + s.Latency.Missing})
			continue
		}
		names, have = append(names, t.Options[i].ID), append(have, s)
		out.Alike = out.Alike && reflect.DeepEqual(s.Latency.Busiest, have[0].Latency.Busiest) && reflect.DeepEqual(s.Latency.Slow, have[0].Latency.Slow)
	}
	if len(have) == 0 {
		out.Alike, out.Figures = false, nil
		return out
	}
	out.NotModelled = differingUnseen(names, have)
	if out.Alike {
		names, have = []string{"every option"}, have[:1]
	}
	d := drawing{c: c, t: t, names: names, stacks: have}
	out.Charts = []latencyChart{d.distribution(), d.overLoad(), d.refusals()}
	return out
}

// latencyFigures has a group of rows for each column of the design.
func latencyFigures(stacks []compare.Stack) []Group {
	var out []Group
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		g := Group{Title: "Busiest minute, " + column.String()}
		for _, x := range []struct {
			label string
			text  func(latency.Minute) string
		}{
			{"requests/s", func(m latency.Minute) string { return Count(m.RatePerS) }},
			{"p50", func(m latency.Minute) string { return m.P50.String() }},
			{"p95", func(m latency.Minute) string { return m.P95.String() }},
			{"p99", func(m latency.Minute) string { return m.P99.String() }},
			{"throttled", func(m latency.Minute) string { return m.Throttled.Percent() }},
			{"timed out", func(m latency.Minute) string { return m.TimedOut.Percent() }},
			{"dropped or failed", func(m latency.Minute) string {
				return latency.Interval{Value: m.Dropped.Value + m.Failed.Value, Half: m.Dropped.Half + m.Failed.Half}.Percent()
			}},
			{"cold starts", func(m latency.Minute) string { return m.ColdStart.Percent() }},
			{"stale reads", func(m latency.Minute) string { return m.StaleReads.Percent() }},
			{"events handled, p99", eventsHandled},
		} {
			g.Rows = append(g.Rows, row(x.label, stacks, func(_ int, s compare.Stack) Cell {
				if s.Latency.Missing != "" {
					return Cell{Text: "no model"}
				}
				return Cell{Text: x.text(s.Latency.Busiest[column])}
			}))
		}
		out = append(out, g)
	}
	return out
}

// eventsHandled says how late events are handled in a minute.
func eventsHandled(m latency.Minute) string {
	if m.EventsBehind {
		return "later and later"
	}
	return m.DeliveryP99.String()
}
