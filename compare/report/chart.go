package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/cost"
)

// The chart's frame, in its own units.
const (
	chartWidth, chartHeight = 760.0, 400.0
	chartLeft, chartRight   = 72.0, 104.0
	chartTop, chartBottom   = 18.0, 52.0
)

// chart draws curves over requests a month, both axes logarithmic.
type chart struct {
	b      strings.Builder
	curves compare.BreakEven
	names  []string
	// top and bottom are the decades that the vertical axis spans.
	bottom, top float64
}

// Chart draws the options' costs as SVG: the accent goes to the winner, the base
// load and every break-even are marked. Its colours come from the page's styles.
func Chart(names []string, b compare.BreakEven, winner string, base float64, id string) template.HTML {
	c := &chart{curves: b, names: names}
	c.scale()
	fmt.Fprintf(&c.b, `<svg class="chart" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s-title"><title id="%s-title">Cost in US dollars a month over requests a month, both logarithmic. %s.</title>`,
		chartWidth, chartHeight, id, id, template.HTMLEscapeString(Intervals(b)))
	c.grid()
	x := c.x(base)
	fmt.Fprintf(&c.b, `<line class="base" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="note" x="%.1f" y="%.1f">base %s</text>`,
		x, x, chartTop, chartHeight-chartBottom, x+5, chartTop+9, Count(base))
	for i, name := range names {
		class := fmt.Sprintf("curve c%d", i%6)
		if name == winner {
			class += " winner"
		}
		fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, class, c.path(b.USD[i]))
	}
	c.labels(winner)
	for _, k := range b.Crossings {
		fmt.Fprintf(&c.b, `<circle class="even" cx="%.1f" cy="%.1f" r="4.5"/><text class="note even-label" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			c.x(k.Requests), c.y(k.USD), c.x(k.Requests), c.y(k.USD)-11, Count(k.Requests))
	}
	fmt.Fprintf(&c.b, `<line class="cursor" id="%s-cursor" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/></svg>`, id, x, x, chartTop, chartHeight-chartBottom)
	return template.HTML(c.b.String()) //nolint:gosec // built here; names are escaped
}

// scale fits the vertical axis to whole decades around the amounts.
func (c *chart) scale() {
	least, most := math.Inf(1), 0.0
	for _, usd := range c.curves.USD {
		for _, v := range usd {
			if v > 0 {
				least, most = math.Min(least, v), math.Max(most, v)
			}
		}
	}
	if most == 0 {
		least, most = 1, 10
	}
	c.bottom, c.top = math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	c.bottom = math.Max(c.bottom, -2)
	if c.top <= c.bottom {
		c.top = c.bottom + 1
	}
}

func (c *chart) x(requests float64) float64 {
	from, to := math.Log10(cost.FewestRequests), math.Log10(cost.MostRequests)
	share := (math.Log10(math.Max(requests, cost.FewestRequests)) - from) / (to - from)
	return chartLeft + math.Min(share, 1)*(chartWidth-chartLeft-chartRight)
}

func (c *chart) y(usd float64) float64 {
	share := (math.Log10(math.Max(usd, math.Pow(10, c.bottom))) - c.bottom) / (c.top - c.bottom)
	return chartHeight - chartBottom - share*(chartHeight-chartTop-chartBottom)
}

func (c *chart) grid() {
	floor := chartHeight - chartBottom
	for d := math.Log10(cost.FewestRequests); d <= math.Log10(cost.MostRequests); d++ {
		x := c.x(math.Pow(10, d))
		fmt.Fprintf(&c.b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			x, x, chartTop, floor, x, floor+16, Count(math.Pow(10, d)))
	}
	for d := c.bottom; d <= c.top; d++ {
		y := c.y(math.Pow(10, d))
		fmt.Fprintf(&c.b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="end">%s</text>`,
			chartLeft, chartWidth-chartRight, y, y, chartLeft-8, y+4, decade(d))
	}
	fmt.Fprintf(&c.b, `<text class="axis" x="%.1f" y="%.1f" text-anchor="middle">requests a month</text>`, (chartLeft+chartWidth-chartRight)/2, chartHeight-12)
	middle := (chartTop + floor) / 2
	fmt.Fprintf(&c.b, `<text class="axis" x="16" y="%.1f" text-anchor="middle" transform="rotate(-90 16 %.1f)">US dollars a month</text>`, middle, middle)
}

func (c *chart) path(usd []float64) string {
	var d strings.Builder
	for i, v := range usd {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", command, c.x(c.curves.Requests[i]), c.y(v))
	}
	return d.String()
}

// labels writes each option's name at the right end of its curve, apart from the
// others.
func (c *chart) labels(winner string) {
	type label struct {
		name  string
		index int
		y     float64
	}
	var all []label
	for i, usd := range c.curves.USD {
		all = append(all, label{c.names[i], i, c.y(usd[len(usd)-1])})
	}
	slices.SortFunc(all, func(a, b label) int { return int(math.Copysign(1, a.y-b.y)) })
	const apart = 15
	for i := range all {
		if i > 0 {
			all[i].y = math.Max(all[i].y, all[i-1].y+apart)
		}
		class := fmt.Sprintf("label c%d", all[i].index%6)
		if all[i].name == winner {
			class += " winner"
		}
		fmt.Fprintf(&c.b, `<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, chartWidth-chartRight+8, all[i].y+4, template.HTMLEscapeString(all[i].name))
	}
}

// decade writes an amount of 10^d dollars.
func decade(d float64) string {
	if d < 0 {
		return Money(math.Pow(10, d))
	}
	return "$" + Count(math.Pow(10, d))
}
