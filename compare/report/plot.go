package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
)

// plot draws curves as SVG. Its colours come from the page's styles: the accent goes
// to the winner, the others differ by their dashes.
type plot struct {
	// id prefixes the ids inside; title says what is drawn, for those who hear it.
	id, title string
	x, y      axis
	// width and height are the frame's, in its own units.
	width, height float64
	curves        []curve
	// marks are points with a label, levels lines at a value of an axis.
	marks  []mark
	levels []level
	// cursor is where the line that a slider moves begins; 0 for none.
	cursor float64
}

// axis is one direction of a plot.
type axis struct {
	label    string
	from, to float64
	log      bool
	ticks    []float64
	// text writes a tick.
	text func(float64) string
}

// curve is one line of a plot.
type curve struct {
	name   string
	x, y   []float64
	winner bool
}

// mark is a point with a label above it.
type mark struct {
	x, y float64
	text string
}

// level is a line across the plot, at a value of x or else of y.
type level struct {
	x, y float64
	text string
}

// The space around a plot for its ticks and names, in its own units.
const (
	plotLeft, plotRight = 72.0, 112.0
	plotTop, plotBottom = 18.0, 52.0
)

// share is where a value lies between an axis's ends, from 0 to 1.
func (a axis) share(v float64) float64 {
	from, to := a.from, a.to
	if a.log {
		v, from, to = math.Log(math.Max(v, a.from)), math.Log(from), math.Log(to)
	}
	return math.Min(math.Max((v-from)/(to-from), 0), 1)
}

func (p *plot) atX(v float64) float64 {
	return plotLeft + p.x.share(v)*(p.width-plotLeft-plotRight)
}

func (p *plot) atY(v float64) float64 {
	return p.height - plotBottom - p.y.share(v)*(p.height-plotTop-plotBottom)
}

// SVG draws the plot.
func (p *plot) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="%s-title"><title id="%s-title">%s</title>`,
		p.width, p.height, p.id, p.id, template.HTMLEscapeString(p.title))
	p.grid(&b)
	floor, right := p.height-plotBottom, p.width-plotRight
	for _, l := range p.levels {
		if l.x != 0 {
			x := p.atX(l.x)
			fmt.Fprintf(&b, `<line class="base" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="note" x="%.1f" y="%.1f">%s</text>`,
				x, x, plotTop, floor, x+5, plotTop+9, template.HTMLEscapeString(l.text))
			continue
		}
		y := p.atY(l.y)
		fmt.Fprintf(&b, `<line class="base" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="note" x="%.1f" y="%.1f">%s</text>`,
			plotLeft, right, y, y, plotLeft+5, y-4, template.HTMLEscapeString(l.text))
	}
	for i, c := range p.curves {
		class := fmt.Sprintf("curve c%d", i%6)
		if c.winner {
			class += " winner"
		}
		fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, p.path(c))
	}
	p.names(&b)
	for _, m := range p.marks {
		fmt.Fprintf(&b, `<circle class="even" cx="%.1f" cy="%.1f" r="4.5"/><text class="note even-label" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			p.atX(m.x), p.atY(m.y), p.atX(m.x), p.atY(m.y)-11, template.HTMLEscapeString(m.text))
	}
	if p.cursor > 0 {
		x := p.atX(p.cursor)
		fmt.Fprintf(&b, `<line class="cursor" id="%s-cursor" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/>`, p.id, x, x, plotTop, floor)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // built here; texts are escaped
}

func (p *plot) grid(b *strings.Builder) {
	floor, right := p.height-plotBottom, p.width-plotRight
	for _, t := range p.x.ticks {
		x := p.atX(t)
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
			x, x, plotTop, floor, x, floor+16, p.x.text(t))
	}
	for _, t := range p.y.ticks {
		y := p.atY(t)
		fmt.Fprintf(b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="end">%s</text>`,
			plotLeft, right, y, y, plotLeft-8, y+4, p.y.text(t))
	}
	fmt.Fprintf(b, `<text class="axis" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, (plotLeft+right)/2, p.height-12, template.HTMLEscapeString(p.x.label))
	middle := (plotTop + floor) / 2
	fmt.Fprintf(b, `<text class="axis" x="16" y="%.1f" text-anchor="middle" transform="rotate(-90 16 %.1f)">%s</text>`, middle, middle, template.HTMLEscapeString(p.y.label))
}

func (p *plot) path(c curve) string {
	var d strings.Builder
	for i := range c.x {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&d, "%s%.1f %.1f", command, p.atX(c.x[i]), p.atY(c.y[i]))
	}
	return d.String()
}

// names writes each curve's name at its right end, apart from the others.
func (p *plot) names(b *strings.Builder) {
	type label struct {
		curve
		index int
		at    float64
	}
	var all []label
	for i, c := range p.curves {
		if n := len(c.y); n > 0 {
			all = append(all, label{c, i, p.atY(c.y[n-1])})
		}
	}
	slices.SortStableFunc(all, func(a, b label) int { return int(math.Copysign(1, a.at-b.at)) })
	const apart = 15
	for i := range all {
		if i > 0 {
			all[i].at = math.Max(all[i].at, all[i-1].at+apart)
		}
	}
	// What was pushed below the frame moves up again, and the others before it.
	for i, most := len(all)-1, p.height-plotBottom; i >= 0; i-- {
		all[i].at = math.Min(all[i].at, most)
		most = all[i].at - apart
	}
	for _, l := range all {
		class := fmt.Sprintf("label c%d", l.index%6)
		if l.winner {
			class += " winner"
		}
		fmt.Fprintf(b, `<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, p.width-plotRight+8, l.at+4, template.HTMLEscapeString(l.name))
	}
}

// decades returns the powers of ten from one at most least to one at least most.
func decades(least, most float64) []float64 {
	var out []float64
	from, to := math.Floor(math.Log10(least)+1e-9), math.Ceil(math.Log10(most)-1e-9)
	if to <= from {
		to = from + 1
	}
	for d := from; d <= to; d++ {
		out = append(out, math.Pow(10, d))
	}
	return out
}

// logAxis is a logarithmic axis over whole decades around the values.
func logAxis(label string, least, most float64, text func(float64) string) axis {
	ticks := decades(least, most)
	return axis{label: label, from: ticks[0], to: ticks[len(ticks)-1], log: true, ticks: ticks, text: text}
}
