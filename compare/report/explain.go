package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"fulcrum/compare"
	"fulcrum/compare/availability"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/design"
)

// Kinds are what Explain explains.
var Kinds = []string{"cost", "limit", "availability", "latency", "posture", "verdict"}

// Explain writes where the figures of one stack come from: formula, inputs, fact,
// source, date, confidence and the place in the template. item narrows it to what
// contains the text; empty for everything. It reports false if nothing does.
func Explain(w io.Writer, c compare.Comparison, s compare.Stack, kind, item string, o TextOptions) (bool, error) {
	e := &explained{page: o.page(w), item: strings.ToLower(item)}
	switch kind {
	case "cost":
		e.cost(s)
	case "limit":
		e.limits(s)
	case "availability":
		e.availability(s)
	case "latency":
		e.latency(c, s)
	case "posture":
		e.posture(s)
	case "verdict":
		e.verdict(c, s)
	}
	return e.found, e.w.Flush()
}

type explained struct {
	page
	item  string
	found bool
}

// wanted reports whether any of the texts has what is asked for.
func (e *explained) wanted(texts ...string) bool {
	for _, t := range texts {
		if strings.Contains(strings.ToLower(t), e.item) {
			e.found = true
			return true
		}
	}
	return false
}

// amount writes text and an amount at the right end of the line, of the next line if
// there is no room.
func (e *explained) amount(text, amount string) {
	room := e.width - utf8.RuneCountInString(amount)
	if utf8.RuneCountInString(text) >= room {
		e.wrap("", text)
		text = ""
	}
	e.line("%s%s", pad(text, room), amount)
}

func (e *explained) cost(s compare.Stack) {
	base := s.Cost[design.Base]
	e.amount(fmt.Sprintf("%s, base, %s, %s requests", s.Name, s.Region, Count(base.Requests)), Money(base.USD)+" a month")
	e.wrap("", s.Coverage.String())
	for _, i := range base.Items {
		parts := []string{i.ID, i.Type, string(i.Role)}
		for _, l := range i.Lines {
			parts = append(parts, l.Service, string(l.Part))
		}
		if !e.wanted(parts...) {
			continue
		}
		e.line("")
		e.amount(i.ID, Money(i.USD))
		formula := ""
		for _, l := range i.Lines {
			e.costLine(l)
			if l.Formula != formula {
				formula = l.Formula
				e.wrap("      ", formula)
			}
		}
		for k, u := range i.Usages {
			if u.Service == "alb" {
				e.units(u)
			}
			e.wrap("  = ", i.Commands[k])
		}
		e.wrap("  template   ", fmt.Sprintf("%s, %s%s", i.Path, i.Type, inRole(string(i.Role))))
		for _, p := range pricesOf(i) {
			e.wrap("  prices     ", p)
		}
	}
}

func inRole(role string) string {
	if role == "" {
		return ""
	}
	return ", role " + role
}

func (e *explained) costLine(l cost.Line) {
	when := "per request"
	if l.IsFixed {
		when = "fixed"
	}
	text := fmt.Sprintf("  %s%s %s × %s", pad(l.Dimension, 24), quantity(l.Quantity), l.Unit, Unit(l.USDPerUnit))
	e.amount(text, Money(l.USD)+"  "+pad(when, 11))
}

// units shows which dimension of a load balancer's capacity units is the largest.
func (e *explained) units(u cost.Usage) {
	type dimension struct {
		name, text string
		value      float64
	}
	in := func(name string) float64 { return u.Inputs[name].Number }
	all := []dimension{
		{"new connections", fmt.Sprintf("%s/s ÷ 25", quantity(in("new-connections-per-second"))), in("new-connections-per-second") / 25},
		{"active connections", fmt.Sprintf("%s/min ÷ 3,000", quantity(in("active-connections-per-minute"))), in("active-connections-per-minute") / 3000},
		{"bytes (Lambda)", fmt.Sprintf("%s GB/h ÷ 0.4", quantity(in("lambda-gb-per-hour"))), in("lambda-gb-per-hour") / 0.4},
		{"bytes (servers)", fmt.Sprintf("%s GB/h ÷ 1", quantity(in("gb-per-hour"))), in("gb-per-hour")},
		{"rules", fmt.Sprintf("%s/s ÷ 1,000", quantity(in("rule-evaluations-per-second"))), in("rule-evaluations-per-second") / 1000},
	}
	largest := 0
	for i, d := range all {
		if d.value > all[largest].value {
			largest = i
		}
	}
	e.line("  one LCU-hour is the largest of")
	for i, d := range all {
		mark := ""
		if i == largest {
			mark = "  ← largest"
		}
		e.line("      %s%s = %s%s", pad(d.name, 20), pad(d.text, 24), quantity(d.value), mark)
	}
}

// pricesOf returns the sources of an item's prices, each once.
func pricesOf(i cost.Item) []string {
	seen := map[string]bool{}
	var out []string
	for _, l := range i.Lines {
		s := fmt.Sprintf("%s, read %s (%s)", l.Source, l.AsOf, l.Confidence)
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func (e *explained) limits(s compare.Stack) {
	e.line("%s, busiest second of the peak column: %s requests/s", s.Name, Count(s.Limits.RPS))
	for _, l := range s.Limits.Limits {
		if !e.wanted(l.ID, l.Name) {
			continue
		}
		e.line("")
		e.amount(l.Name, fmt.Sprintf("fits %s times", Count(l.Headroom)))
		e.wrap("  limit      ", fmt.Sprintf("%s %s, %s", Count(l.Value), l.Unit, l.ID))
		e.wrap("  demand     ", fmt.Sprintf("%s %s = %s", quantity(l.Demand), l.Unit, l.Formula))
		if l.BreaksAt > 0 {
			e.line("  breaks at  %s requests/s", Count(l.BreaksAt))
		}
		e.wrap("  raise      ", Adjustable(l))
		e.evidence(l.Evidence)
	}
}

func (e *explained) availability(s compare.Stack) {
	if !s.Availability.Known() {
		e.found = true
		e.wrap("  ", s.Name+" has no front door, so no path of requests is known that agreements could be multiplied along.")
		return
	}
	for _, p := range []struct {
		name string
		path availability.Path
	}{{"read path", s.Availability.Read}, {"write path", s.Availability.Write}} {
		if !e.wanted(p.name) && len(e.item) > 0 && !e.anyLink(p.path) {
			continue
		}
		e.found = true
		var factors []string
		for _, l := range p.path.Links {
			factors = append(factors, fmt.Sprintf("%.6g", l.Availability))
		}
		e.amount(s.Name+", "+p.name, fmt.Sprintf("%s, %.1f minutes down a month", Percent(p.path.Availability), p.path.MinutesDown))
		e.wrap("  = ", strings.Join(factors, " × "))
		for _, l := range p.path.Links {
			e.wrap("  ", fmt.Sprintf("%s%s  %s", pad(l.Name, 48), Percent(l.Availability), strings.Join(l.Resources, ", ")))
			e.evidence(l.Evidence)
		}
		e.line("")
	}
	for _, l := range s.Availability.Apart {
		if e.wanted(l.Name, "apart") {
			e.wrap("  ", fmt.Sprintf("no answer waits for %s, %s: %s", l.Name, Percent(l.Availability), strings.Join(l.Resources, ", ")))
		}
	}
	for _, u := range s.Availability.Unknown {
		e.line("  no agreement known for %s", u)
	}
	e.wrap("  ", "An agreement is what AWS pays credits below, per service, Region and month; it is no forecast. The product takes failures as independent.")
}

func (e *explained) anyLink(p availability.Path) bool {
	for _, l := range p.Links {
		if strings.Contains(strings.ToLower(l.Name+strings.Join(l.Resources, " ")), e.item) {
			return true
		}
	}
	return false
}

func (e *explained) posture(s compare.Stack) {
	p := s.Posture
	e.line("%s", s.Name)
	for _, r := range p.AtRest {
		if e.wanted(r.ID, r.DataClass, r.Key, "at rest") {
			e.line("  at rest    %s%s", pad(r.ID, 46), r.Key)
			if r.Exception != "" {
				e.wrap("               ", r.Exception)
			}
			e.evidence(r.Evidence)
		}
	}
	for _, h := range p.InTransit {
		if e.wanted(h.From, h.To, h.Floor, "in transit") {
			e.wrap("  in transit ", strings.TrimSpace(fmt.Sprintf("%s  %s", h, h.Remark)))
			e.evidence(h.Evidence)
		}
	}
	for _, w := range p.Wildcards {
		if e.wanted(w.ID, strings.Join(w.Actions, " "), "iam") {
			imposed := "chosen"
			if w.Imposed {
				imposed = "AWS knows nothing narrower"
			}
			e.wrap("  iam        ", fmt.Sprintf("%s: %s on *, %s", w.ID, strings.Join(w.Actions, ", "), imposed))
		}
	}
	for _, c := range p.Coverage {
		if e.wanted(c.What, strings.Join(c.Missing, " "), "care") {
			e.wrap("  care       ", strings.TrimSpace(fmt.Sprintf("%d of %d %s %s", c.Have, c.Of, c.What, strings.Join(c.Missing, ", "))))
		}
	}
	for _, a := range p.Acknowledged {
		if rules, ids := strings.Join(a.Rules, ", "), strings.Join(a.Resources, ", "); e.wanted(rules, ids, "rule") {
			e.wrap("  rule       ", rules)
			e.wrap("             ", "not followed by "+ids+": "+a.Reason)
		}
	}
	for _, n := range p.Notes {
		if e.wanted(n.Text) {
			e.wrap("  note       ", n.Text)
			e.evidence(n.Evidence)
		}
	}
}

func (e *explained) verdict(c compare.Comparison, s compare.Stack) {
	for _, t := range c.TradeOffs {
		for _, o := range t.Options {
			// The chosen stack is no option's; it answers each question by its choice.
			chosen := s.Name == compare.ChosenStack && o.ID == t.Chosen
			if o.Stack != s.Name && !chosen || !e.wanted(t.ID, o.ID) {
				continue
			}
			e.line("%s: %s is %s", t.ID, o.ID, stacksOfOption(c, o, ""))
			e.wrap("  verdict    ", t.Verdict.Sentence)
			for _, x := range t.Verdict.Eliminated {
				e.wrap("  out        ", fmt.Sprintf("%s, by %s: %s", x.Option, x.Gate, x.Reason))
			}
			e.wrap("  at base    ", Ranking(t)+", all that differs")
			e.wrap("  changes    ", strings.Join(t.Verdict.Changes, "; "))
			e.wrap("             ", Intervals(t.Differs))
			for i := range t.Differs.Crossings {
				e.wrap("  break-even ", Crossing(t.Differs, i)+": "+t.Differs.Arithmetic[i])
			}
			for _, w := range mind(t) {
				e.wrap("  mind       ", w)
			}
		}
	}
}

func (e *explained) evidence(items []evidence.Item) {
	for _, i := range items {
		switch {
		case i.Path != "" && i.Source != "":
			e.wrap("             ", fmt.Sprintf("%s (%s): %s, read %s (%s)", i.Claim, i.Path, i.Source, i.AsOf, i.Confidence))
		case i.Source != "":
			e.wrap("  fact       ", fmt.Sprintf("%s: %s, read %s (%s)", i.Claim, i.Source, i.AsOf, i.Confidence))
		default:
			e.wrap("  template   ", i.Path+": "+i.Claim)
		}
	}
}

// quantity writes a quantity exactly enough to work with: thousands apart, and four
// digits that count below that.
func quantity(f float64) string {
	if f >= 1000 {
		return thousands(fmt.Sprintf("%.0f", f))
	}
	return fmt.Sprintf("%.4g", f)
}
