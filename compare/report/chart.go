package report

import (
	"fmt"
	"html/template"
	"math"

	"fulcrum/compare"
	"fulcrum/compare/cost"
)

// chartWidth is the width of a chart of costs, in its own units.
const chartWidth = 760

// Chart draws the options' costs over requests a month, both axes logarithmic. The
// base load and every break-even are marked.
func Chart(names []string, b compare.BreakEven, winner string, base float64, id string) template.HTML {
	return costPlot(names, b, winner, base, id).SVG()
}

func costPlot(names []string, b compare.BreakEven, winner string, base float64, id string) *plot {
	least, most := math.Inf(1), 0.0
	for _, usd := range b.USD {
		for _, v := range usd {
			if v > 0 {
				least, most = math.Min(least, v), math.Max(most, v)
			}
		}
	}
	if most == 0 {
		least, most = 1, 10
	}
	p := &plot{
		id: id, width: chartWidth, height: 400, cursor: base,
		title:  fmt.Sprintf("Cost in US dollars a month over requests a month, both logarithmic. %s.", Intervals(b)),
		x:      logAxis("requests a month", cost.FewestRequests, cost.MostRequests, Count),
		y:      logAxis("US dollars a month", math.Max(least, 0.01), math.Max(most, 0.02), dollars),
		levels: []level{{x: base, text: "base " + Count(base)}},
	}
	for i, name := range names {
		p.curves = append(p.curves, curve{name: name, x: b.Requests, y: b.USD[i], winner: name == winner})
	}
	for _, x := range b.Crossings {
		p.marks = append(p.marks, mark{x.Requests, x.USD, Count(x.Requests)})
	}
	return p
}

// dollars writes a tick's amount without needless cents.
func dollars(usd float64) string {
	if usd < 1 {
		return Money(usd)
	}
	return "$" + Count(usd)
}
