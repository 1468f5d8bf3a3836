package report

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/cost"
	"fulcrum/compare/difference"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

//go:embed page.html
var pageTemplate string

//go:embed style.css
var style string

//go:embed script.js
var script string

// HTML writes the comparison as one page that needs nothing else: no network, no
// other file, and no script but for its slider.
func HTML(w io.Writer, c compare.Comparison) error {
	v := &view{Comparison: c, sources: newSources(c)}
	functions := template.FuncMap{
		"money": Money, "count": Count, "percent": Percent, "unit": Unit, "inc": func(i int) int { return i + 1 },
		"mark":       func(m string) string { return strings.TrimSpace(marks[m]) },
		"number":     v.sources.number,
		"lineNumber": func(l cost.Line) int { return v.sources.numbers[sourceKey{l.Source, l.AsOf, l.Confidence}] },
		"adjustable": Adjustable, "addresses": addresses, "crossing": Crossing, "intervals": Intervals,
		"parts":  func(s compare.Stack) string { return partsNamed(s, "") },
		"stacks": func(o compare.Option) string { return stacksOfOption(c, o, "") },
		"resources": func(list []difference.Resource) string {
			if len(list) == 1 {
				return "1 resource"
			}
			return fmt.Sprintf("%d resources", len(list))
		},
		"clipped":   func(d difference.Difference) string { return clipped(d) },
		"percentOf": func(share float64) float64 { return share * 100 },
		"seconds":   latency.Duration,
		"share":     func(f float64) string { return fmt.Sprintf("%.5g", f*100) },
	}
	page, err := template.New("page").Funcs(functions).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("page.html: %w", err)
	}
	return page.Execute(w, v)
}

// view is what the page's template sees.
type view struct {
	compare.Comparison
	sources sources
}

func (v *view) Headline() string          { return Headline(v.Comparison) }
func (v *view) Style() template.CSS       { return template.CSS(style) } //nolint:gosec // embedded
func (v *view) Script() template.JS       { return template.JS(script) } //nolint:gosec // embedded
func (v *view) SourceList() []Source      { return v.sources.list }
func (v *view) Assumptions() []string     { return AssumptionsOf(v.Comparison) }
func (v *view) FromMemory() bool          { return v.sources.fromMemory }
func (v *view) Base() compare.Column      { return v.Columns[design.Base] }
func (v *view) ReferenceTitle() string    { return ReferenceTitle }
func (v *view) Sections() []section       { return sectionsOf(v) }
func (v *view) Parts() []cost.Part        { return cost.Parts }
func (v *view) BaseColumn() design.Column { return design.Base }
func (v *view) Simulation() simulation    { return simulationOf(v.Comparison) }
func (v *view) Overview() overview        { return overviewOf(v.Comparison) }
func (v *view) Rules() []unfollowed       { return rulesNotFollowed(v.Comparison) }
func (v *view) Ring() placement           { return placementOf(v.Placements) }

// Chosen is the stack that the page speaks of first.
func (v *view) Chosen() compare.Stack { return v.Reference() }

// Dearest are the parts of the chosen stack that cost anything, dearest first.
func (v *view) Dearest() []partCost {
	var out []partCost
	base := v.Chosen().Cost[design.Base]
	for _, p := range cost.Parts {
		if usd := base.PartUSD(p); usd > 0 {
			out = append(out, partCost{p, usd, usd / base.USD})
		}
	}
	slices.SortStableFunc(out, func(a, b partCost) int { return cmp.Compare(b.USD, a.USD) })
	return out
}

// partCost is what a part of a stack costs, and its share of the whole.
type partCost struct {
	Part       cost.Part
	USD, Share float64
}

// section is one trade-off on the page.
type section struct {
	compare.TradeOff
	// Table has the rows that tell the options apart, Alike the others.
	Table                 Table
	Alike                 Table
	Stacks                []compare.Stack
	Charts                []figure
	Sizes                 payloadChart
	Headroom              []headroom
	Latency               latencySection
	Wirings               []wiring
	Paths                 []path
	Posture, PostureAlike Table
	v                     *view
}

func (s section) Mind() []string  { return mind(s.TradeOff) }
func (s section) Ranking() string { return Ranking(s.TradeOff) }
func (s section) Changes() string { return WouldChange(s.Verdict) }

// figure is a chart with what its slider reads off.
type figure struct {
	ID, Title string
	SVG       template.HTML
	Curves    compare.BreakEven
	Names     []string
	// Start is the sample nearest to the base load.
	Start int
	v     *view
}

// Data is what the slider reads off, as JSON.
func (f figure) Data() (template.JS, error) {
	data, err := json.Marshal(struct {
		Requests []float64   `json:"requests"`
		USD      [][]float64 `json:"usd"`
		Names    []string    `json:"names"`
		Left     float64     `json:"left"`
		Right    float64     `json:"right"`
	}{f.Curves.Requests, f.Curves.USD, f.Names, plotLeft, chartWidth - plotRight})
	return template.JS(data), err //nolint:gosec // numbers, and names that JSON escapes
}

// Last is the last sample's index.
func (f figure) Last() int { return len(f.Curves.Requests) - 1 }

// At returns what an option costs at the slider's first position.
func (f figure) At(option int) float64 { return f.Curves.USD[option][f.Start] }

// RequestsAt is the number of requests at the slider's first position.
func (f figure) RequestsAt() float64 { return f.Curves.Requests[f.Start] }

// Samples returns every half decade, for the table under the chart.
func (f figure) Samples() []int {
	var out []int
	next := f.Curves.Requests[0]
	for i, n := range f.Curves.Requests {
		if n >= next*0.999 || i == f.Start {
			out = append(out, i)
		}
		if n >= next*0.999 {
			next *= math.Sqrt(10)
		}
	}
	return out
}

func sectionsOf(v *view) []section {
	var out []section
	for _, t := range v.TradeOffs {
		s := section{TradeOff: t, Stacks: stacksOf(v.Comparison, t), v: v}
		s.Table, s.Alike = TableOf(v.Comparison, t).Split()
		if !sameCurves(t.Differs) {
			s.Charts = append(s.Charts, v.figure(t, t.ID+"-differs", "All that differs between the options", t.Differs))
		}
		if !sameCurves(t.Door) {
			s.Charts = append(s.Charts, v.figure(t, t.ID+"-door", "The front doors alone", t.Door))
		}
		s.Sizes = payloadOf(t)
		s.Headroom = headrooms(s.Stacks)
		s.Latency = latencyOf(v.Comparison, t, s.Stacks)
		s.Wirings = wirings(v.Comparison, t, s.Stacks)
		s.Posture, s.PostureAlike = postureTable(s.Table.Columns, s.Stacks).Split()
		s.Paths = pathsOf(t, s.Stacks)
		out = append(out, s)
	}
	return out
}

func (v *view) figure(t compare.TradeOff, id, title string, b compare.BreakEven) figure {
	f := figure{ID: id, Title: title, Curves: b, v: v}
	for _, o := range t.Options {
		f.Names = append(f.Names, o.ID)
	}
	base := v.Columns[design.Base].Requests
	for i, n := range b.Requests {
		if math.Abs(math.Log(n/base)) < math.Abs(math.Log(b.Requests[f.Start]/base)) {
			f.Start = i
		}
	}
	f.SVG = Chart(f.Names, b, t.Verdict.Winner, base, id)
	return f
}
