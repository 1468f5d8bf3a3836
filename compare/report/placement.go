package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"fulcrum/compare"
)

// placement is how algorithms place keys, on the page.
type placement struct {
	Title, Sentence string
	Rows            []compare.Placement
	SVG             template.HTML
}

func placementOf(all []compare.Placement) placement {
	if len(all) == 0 {
		return placement{}
	}
	p := placement{Rows: all, Title: fmt.Sprintf("%s keys on %d nodes, and on %d.", Count(float64(all[0].Keys)), all[0].Nodes, all[0].Nodes+1)}
	most := all[0]
	for _, x := range all {
		if x.MovedFraction > most.MovedFraction {
			most = x
		}
	}
	p.Sentence = fmt.Sprintf("Where shares are even %s %% must move; %s moves %s %%.", digits(100*most.IdealFraction), most.Algorithm, digits(100*most.MovedFraction))
	p.SVG = placementChart(all)
	return p
}

// placementChart draws two rows of bars: the keys that move, and the load of the
// fullest node over the mean.
func placementChart(all []compare.Placement) template.HTML {
	const width, row, top, names, gap = 760.0, 26.0, 44.0, 92.0, 48.0
	panel := (width - names - gap - 16) / 2
	height := top + row*float64(len(all)) + 44
	excess := 0.05
	for _, x := range all {
		excess = math.Max(excess, x.LoadMaxOverMean-1)
	}
	excess = math.Ceil(excess*25) / 25 // four steps of whole percents
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %.0f %.0f" role="img" aria-labelledby="placement-figure-title"><title id="placement-figure-title">Share of the keys that move when a node joins, and load of the fullest node over the mean, by algorithm.</title>`, width, height)
	floor := height - 40
	for k, title := range []string{"keys that move when a node joins, % of all", "load of the fullest node, % over the mean"} {
		left := names + float64(k)*(panel+gap)
		fmt.Fprintf(&b, `<text class="axis" x="%.1f" y="16">%s</text>`, left, title)
		for i := range 5 {
			x := left + panel*float64(i)/4
			value := float64(i) * 25
			if k == 1 {
				value = float64(i) * 25 * excess
			}
			fmt.Fprintf(&b, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="tick" x="%.1f" y="%.1f" text-anchor="middle">%s</text>`,
				x, x, top-12, floor, x, floor+16, digits(value))
		}
	}
	for i, x := range all {
		y := top + row*float64(i)
		fmt.Fprintf(&b, `<text class="label" x="%.1f" y="%.1f" text-anchor="end">%s</text>`, names-10, y+8, template.HTMLEscapeString(x.Algorithm))
		bar := func(k int, share float64, text string) {
			left := names + float64(k)*(panel+gap)
			fmt.Fprintf(&b, `<rect class="amount" x="%.1f" y="%.1f" width="%.1f" height="12"/>`, left, y-2, math.Max(1, panel*math.Min(share, 1)))
			at, anchor := left+panel*share+6, "start"
			if share > 0.85 {
				at, anchor = left+panel*share-6, "end"
			}
			fmt.Fprintf(&b, `<text class="value %s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, anchor, at, y+8, anchor, text)
		}
		bar(0, x.MovedFraction, digits(100*x.MovedFraction)+" %")
		bar(1, (x.LoadMaxOverMean-1)/excess, digits(100*(x.LoadMaxOverMean-1))+" %")
	}
	least := names + panel*all[0].IdealFraction
	fmt.Fprintf(&b, `<line class="base" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text class="note" x="%.1f" y="%.1f">even shares</text></svg>`,
		least, least, top-12, floor, least+4, top-14)
	return template.HTML(b.String()) //nolint:gosec // built here; names are escaped
}
