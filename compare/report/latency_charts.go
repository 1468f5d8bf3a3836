package report

import (
	"fmt"
	"html/template"
	"math"

	"fulcrum/compare"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// latencyChart is a chart with its data as a table.
type latencyChart struct {
	ID, Title, Source string
	SVG               template.HTML
	Head              []string
	Rows              [][]string
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
