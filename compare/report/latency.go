package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
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

// latencyChart is a chart with its data as a table.
type latencyChart struct {
	ID, Title, Source string
	SVG               template.HTML
	Head              []string
	Rows              [][]string
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
			{"events handled, p99", func(m latency.Minute) string { return m.DeliveryP99.String() }},
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

// drawing makes the charts of a trade-off's latency.
type drawing struct {
	c      compare.Comparison
	t      compare.TradeOff
	names  []string
	stacks []compare.Stack
}

// The size of a chart of latency, in its own units.
const latencyWidth, latencyHeight = 560, 360

func (d drawing) plot(id, title string, x, y axis) *plot {
	return &plot{id: d.t.ID + "-" + id, title: title, width: latencyWidth, height: latencyHeight, x: x, y: y}
}

func (d drawing) chart(p *plot, title, source string, first string, at [][]float64, cell func(row, option int) string, label func(float64) string) latencyChart {
	out := latencyChart{ID: p.id, Title: title, Source: source, SVG: p.SVG(), Head: append([]string{first}, d.names...)}
	for r, x := range at[0] {
		line := []string{label(x)}
		for option := range d.names {
			line = append(line, cell(r, option))
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// slower are the shares of the requests that take longer, at which distributions are
// drawn.
var slower = []float64{0.5, 0.25, 0.2, 0.15, 0.1, 0.075, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001}

// distribution draws how long requests take over the share that takes longer.
func (d drawing) distribution() latencyChart {
	least, most := math.Inf(1), 0.0
	values := make([][]float64, len(d.stacks))
	for i, s := range d.stacks {
		for _, share := range slower {
			v := atShare(s.Latency.Busiest[design.Base].Distribution, 1-share)
			values[i] = append(values[i], v)
			least, most = math.Min(least, v), math.Max(most, v)
		}
	}
	allowed := math.Max(d.c.Levels.P95Ms, d.c.Levels.P99Ms) / 1000
	// The rarer, the further to the right: the axis is that of one over the share.
	x := axis{
		label: "share of the requests that take longer", from: 2, to: 1000, log: true, ticks: []float64{2, 10, 20, 100, 1000},
		text: func(v float64) string { return digits(100/v) + " %" },
	}
	p := d.plot("distribution", "Response time over the share of the requests that take longer, both logarithmic, at the busiest minute of the base column.",
		x, timeAxis("response time", least, math.Max(most, allowed)))
	at := make([]float64, len(slower))
	for i, share := range slower {
		at[i] = 1 / share
	}
	for i, name := range d.names {
		p.curves = append(p.curves, curve{name: name, x: at, y: values[i], winner: d.wins(name)})
	}
	for _, a := range []struct {
		name      string
		slower, s float64
	}{{"p95", 20, d.c.Levels.P95Ms / 1000}, {"p99", 100, d.c.Levels.P99Ms / 1000}} {
		if a.s > 0 {
			p.marks = append(p.marks, mark{a.slower, a.s, "allowed " + a.name})
		}
	}
	return d.chart(p, "Distribution of response times, busiest minute at base", "simulation of the templates", "slower than", [][]float64{slower},
		func(r, i int) string { return latency.Duration(values[i][r]) }, func(v float64) string { return digits(100*v) + " %" })
}

// atShare reads a distribution off at a share, the next larger one where it has no
// such point.
func atShare(d []latency.Quantile, share float64) float64 {
	for _, q := range d {
		if q.Share >= share-1e-9 {
			return q.Seconds
		}
	}
	return 0
}

func (d drawing) wins(name string) bool { return name == d.t.Verdict.Winner || len(d.names) == 1 }

// rates are the rates of a stack's load curve.
func rates(s compare.Stack) []float64 {
	out := make([]float64, len(s.Latency.Load))
	for i, p := range s.Latency.Load {
		out[i] = p.Rate
	}
	return out
}

// overLoad draws the p99 over the rate.
func (d drawing) overLoad() latencyChart {
	least, most := math.Inf(1), d.c.Levels.P99Ms/1000
	for _, s := range d.stacks {
		for _, p := range s.Latency.Load {
			if p.P99 > 0 {
				least, most = math.Min(least, p.P99), math.Max(most, p.P99)
			}
		}
	}
	at := rates(d.stacks[0])
	p := d.plot("over-load", "99th percentile of the response time over requests a second, both logarithmic.",
		rateAxis(at), timeAxis("p99", math.Min(least, most/10), most))
	for i, name := range d.names {
		var y []float64
		for _, x := range d.stacks[i].Latency.Load {
			y = append(y, x.P99)
		}
		p.curves = append(p.curves, curve{name: name, x: at, y: y, winner: d.wins(name)})
	}
	if ms := d.c.Levels.P99Ms; ms > 0 {
		p.levels = append(p.levels, level{y: ms / 1000, text: "allowed " + latency.Duration(ms/1000)})
	}
	p.levels = append(p.levels, d.columns()...)
	return d.chart(p, "p99 of the answers over load", "simulation of the templates; servers have scaled to each load", "requests/s", [][]float64{at},
		func(r, i int) string { return latency.Duration(d.stacks[i].Latency.Load[r].P99) }, Count)
}

// refusals draws the share of the requests without an answer over the rate.
func (d drawing) refusals() latencyChart {
	at := rates(d.stacks[0])
	p := d.plot("refused", "Share of the requests without an answer over requests a second, the latter logarithmic.", rateAxis(at), axis{
		label: "without an answer", from: 0, to: 1, ticks: []float64{0, 0.25, 0.5, 0.75, 1},
		text: func(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) },
	})
	for i, name := range d.names {
		var y []float64
		for _, x := range d.stacks[i].Latency.Load {
			y = append(y, x.Lost())
		}
		p.curves = append(p.curves, curve{name: name, x: at, y: y, winner: d.wins(name)})
	}
	p.levels = d.columns()
	return d.chart(p, "Throttled, timed out or dropped over load", "simulation of the templates; clients try three times", "requests/s", [][]float64{at},
		func(r, i int) string {
			x := d.stacks[i].Latency.Load[r]
			return fmt.Sprintf("%s %% (%s %% throttled)", digits(100*x.Lost()), digits(100*x.Throttled))
		}, Count)
}

// columns are the busiest minutes of the design, as lines across a plot over load.
func (d drawing) columns() []level {
	var out []level
	for _, column := range []design.Column{design.Base, design.Peak} {
		out = append(out, level{x: d.stacks[0].Latency.Busiest[column].RatePerS, text: column.String()})
	}
	return out
}

func timeAxis(label string, least, most float64) axis {
	return logAxis(label, least, most, latency.Duration)
}

func rateAxis(at []float64) axis {
	least, most := at[0], at[len(at)-1]
	return axis{label: "requests a second", from: least, to: most, log: true, ticks: at, text: Count}
}
