package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// latency writes how a stack's latency was simulated: what the template says, what is
// assumed, what came out, and what each assumption does to it.
func (e *explained) latency(c compare.Comparison, s compare.Stack) {
	f := s.Latency
	if f.Missing != "" {
		e.found = true
		e.wrap("", s.Name+": "+f.Missing)
		return
	}
	e.line("%s, simulated", s.Name)
	e.wrap("  = ", latency.Method())
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		if e.wanted(column.String()) {
			e.minute(c, f.Busiest[column], column)
		}
	}
	if e.wanted("load", "throttled", "p99") {
		e.line("")
		e.line("  over load, servers scaled to it")
		e.block(latency.LoadText(f.Load))
	}
	e.line("")
	for _, i := range f.Evidence {
		if e.wanted(i.Path, i.Claim, "template") {
			e.wrap("  template   ", i.Path+": "+i.Claim)
		}
	}
	for _, x := range slices.Concat(f.NotModelled, latency.Unmodelled()) {
		if e.wanted(x.What, x.Path, "not modelled") {
			e.wrap("  not modelled   ", x.What+": "+x.Why)
		}
	}
	effects := map[string]latency.Effect{}
	for _, x := range f.Sensitivity {
		effects[x.Name] = x
	}
	for _, a := range f.Assumptions {
		if !e.wanted(a.Name, a.Source, "assumption") {
			continue
		}
		e.line("")
		e.line("  %s %s", pad(a.Name, 30), strings.TrimSpace(a.Value+" "+a.Unit))
		e.wrap("      means   ", a.Note)
		source := a.Source
		if a.Fact != "" {
			source += ", fact " + a.Fact
		}
		e.wrap("      source  ", source+", "+a.AsOf)
		if x, ok := effects[a.Name]; ok {
			e.wrap("      effect  ", fmt.Sprintf("p99 at base %s with half of it, %s with twice", latency.Duration(x.Half), latency.Duration(x.Double)))
		}
	}
}

// minute writes a column's busiest minute beside the design's allowance.
func (e *explained) minute(c compare.Comparison, m latency.Minute, column design.Column) {
	e.line("")
	e.amount(fmt.Sprintf("busiest minute, %s", column), Count(m.RatePerS)+" requests/s")
	for _, x := range []struct {
		name    string
		value   latency.Interval
		allowed float64
	}{{"p50", m.P50, 0}, {"p95", m.P95, c.Levels.P95Ms / 1000}, {"p99", m.P99, c.Levels.P99Ms / 1000}} {
		beside := ""
		if x.allowed > 0 {
			beside = "allowed " + latency.Duration(x.allowed)
			if x.value.Value > x.allowed {
				beside = "OVER the " + beside
			}
		}
		e.line("  %s %s %s", pad(x.name, 22), pad(x.value.String(), 24), beside)
	}
	e.line("  %s %s", pad("without an answer", 22), lost(m))
	e.line("  %s %s", pad("cold starts", 22), m.ColdStart.Percent())
	e.line("  %s %s", pad("stale reads", 22), m.StaleReads.Percent())
	switch {
	case m.EventsBehind:
		e.line("  %s later and later: they come faster than they are handled", pad("events handled", 22))
	case m.DeliveryP99.Value > 0:
		e.line("  %s p99 %s after the write", pad("events handled", 22), m.DeliveryP99)
	}
}

// block writes lines that are set already.
func (e *explained) block(text string) {
	for _, l := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		e.line("  %s", l)
	}
}
