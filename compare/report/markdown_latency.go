package report

import (
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/latency"
)

// latency writes how the p99 and the refusals grow with the load; the table of the
// trade-off has the columns of the design.
func (m *markdown) latency(c compare.Comparison, t compare.TradeOff) {
	l := latencyOf(c, t, stacksOf(c, t))
	for _, missing := range l.Missing {
		m.line("\n> %s", missing.Text)
	}
	if len(l.Charts) == 0 {
		return
	}
	defer func() {
		if len(l.NotModelled) > 0 {
			m.line("\nNot in the simulation:\n\n- %s", strings.Join(l.NotModelled, "\n- "))
		}
	}()
	if l.Alike {
		m.line("\nLatency: the simulation sees nothing that differs between the options on a request's way.")
		return
	}
	m.line("\n### Latency over load\n\nSimulated, servers scaled to each load; [what it rests on](#what-the-latency-rests-on).")
	for _, chart := range l.Charts[1:] {
		m.line("\n%s:\n\n| %s |\n|%s", chart.Title, strings.Join(chart.Head, " | "), strings.Repeat("--:|", len(chart.Head)))
		for _, r := range chart.Rows {
			m.line("| %s |", strings.Join(r, " | "))
		}
	}
}

func (m *markdown) placements(all []compare.Placement) {
	if len(all) == 0 {
		return
	}
	p := placementOf(all)
	m.line("\n## Placing keys on cache nodes\n\n%s %s\n\n| algorithm | keys moved | fullest node | standard deviation |\n|---|--:|--:|--:|", p.Title, p.Sentence)
	for _, x := range all {
		m.line("| %s | %s %% | %s × mean | %s %% of mean |", x.Algorithm, digits(100*x.MovedFraction), digits(x.LoadMaxOverMean), digits(100*x.LoadStddevOverMean))
	}
}

func (m *markdown) simulation(s simulation) {
	if len(s.Assumptions) == 0 {
		return
	}
	m.line("\n## What the latency rests on\n\n%s.", s.Method)
	if len(s.Effects) > 0 {
		m.line("\nThe p99 of %s, %s at the busiest minute of the base column, with each assumption halved and doubled alone; %d more change it by less than 0.5 %%:\n\n| assumption | value | p99 at half | p99 at twice |\n|---|---|--:|--:|", s.Sensitive, latency.Duration(s.P99), s.Small)
		for _, x := range s.Effects {
			m.line("| %s | %s | %s | %s |", x.Name, x.Value, latency.Duration(x.Half), latency.Duration(x.Double))
		}
	}
	m.line("\nNot in the simulation of any stack:\n")
	for _, x := range s.NotModelled {
		m.line("- %s: %s", x.What, x.Why)
	}
	m.line("\n| assumption | value | meaning | source |\n|---|---|---|---|")
	for _, a := range s.Assumptions {
		m.line("| %s | %s | %s | %s, %s |", a.Name, strings.TrimSpace(a.Value+" "+a.Unit), cellText(a.Note), cellText(a.Source), a.AsOf)
	}
}
