package report

import (
	"html/template"
	"math"

	"fulcrum/compare"
	"fulcrum/compare/cost"
)

// payloadChart is the cost over the size of a call, on the page.
type payloadChart struct {
	ID, Sentence string
	SVG          template.HTML
	Head         []string
	Rows         [][]string
}

// PayloadIntervals says in words who is the cheapest at which size of a call.
func PayloadIntervals(p compare.Payload) string {
	if payloadAlike(p) {
		return "the size of a call changes nothing between the options"
	}
	if len(p.Intervals) == 1 {
		return p.Intervals[0].Winner + " is the cheapest at any size of a call"
	}
	intervals := make([]cost.Interval, len(p.Intervals))
	for k, i := range p.Intervals {
		intervals[k] = cost.Interval(i)
	}
	return cheapest(intervals, Bytes) + " a call"
}

// payloadAlike reports whether the differences between the options' costs are the same
// at every size.
func payloadAlike(p compare.Payload) bool {
	for _, usd := range p.USD {
		for i := range usd {
			if math.Abs(usd[i]-usd[0]-(p.USD[0][i]-p.USD[0][0])) > 0.005 {
				return false
			}
		}
	}
	return true
}

func payloadOf(t compare.TradeOff) payloadChart {
	p := t.Payload
	out := payloadChart{ID: t.ID + "-payload", Sentence: PayloadIntervals(p)}
	if payloadAlike(p) {
		return out
	}
	least, most := math.Inf(1), 0.0
	for _, usd := range p.USD {
		for _, v := range usd {
			if v > 0 {
				least, most = math.Min(least, v), math.Max(most, v)
			}
		}
	}
	drawn := &plot{
		id: out.ID, width: chartWidth, height: 340,
		title: "Cost in US dollars a month over the mean size of a call, both logarithmic, at the base load. " + out.Sentence + ".",
		x: axis{
			label: "mean size of a call, in and out together", from: cost.FewestBytes, to: cost.MostBytes, log: true, text: Bytes,
			ticks: []float64{128, 1 << 10, 10 << 10, 100 << 10, 1 << 20, 10 << 20},
		},
		y:      logAxis("US dollars a month", math.Max(least, 0.01), math.Max(most, 0.02), dollars),
		levels: []level{{x: p.BaseBytes, text: "design " + Bytes(p.BaseBytes)}},
	}
	out.Head = []string{"size of a call"}
	for i, o := range t.Options {
		drawn.curves = append(drawn.curves, curve{name: o.ID, x: p.Bytes, y: p.USD[i], winner: o.ID == t.Verdict.Winner})
		out.Head = append(out.Head, o.ID)
	}
	for _, x := range p.Crossings {
		drawn.marks = append(drawn.marks, mark{x.Bytes, x.USD, Bytes(x.Bytes)})
	}
	out.SVG = drawn.SVG()
	for k := 0; k < len(p.Bytes); k += 10 {
		row := []string{Bytes(p.Bytes[k])}
		for i := range t.Options {
			row = append(row, Money(p.USD[i][k]))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
