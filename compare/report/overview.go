package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/latency"
	"fulcrum/design"
)

// warning is what to mind, once for all trade-offs that say it.
type warning struct {
	TradeOffs []string
	Text      string
}

// text returns the warning with the trade-offs that it concerns, unless they are many.
func (w warning) text() string {
	if len(w.TradeOffs) == 0 || len(w.TradeOffs) > 3 {
		return w.Text
	}
	return strings.Join(w.TradeOffs, ", ") + ": " + w.Text
}

// warnings gathers those of all trade-offs, in the order of their first appearance.
func warnings(c compare.Comparison) []warning {
	var out []warning
	if c.Note != "" {
		out = append(out, warning{Text: c.Note})
	}
	if s := c.Reference().Availability; s.Target > 0 && !s.Meets() {
		out = append(out, warning{Text: fmt.Sprintf("AWS's agreements promise %s of the stack %s, less than the design's %s: AWS pays no credits for the difference.",
			Percent(s.Write.Availability), c.Reference().Name, Percent(s.Target))})
	}
	for _, t := range c.TradeOffs {
		for _, text := range t.Verdict.Warnings {
			i := slices.IndexFunc(out, func(w warning) bool { return w.Text == text })
			if i < 0 {
				out = append(out, warning{Text: text})
				i = len(out) - 1
			}
			out[i].TradeOffs = append(out[i].TradeOffs, t.ID)
		}
	}
	return out
}

// overview is the first screen: what the stack that counts costs and keeps.
type overview struct {
	Stack compare.Stack
	Lines []fact
	// Apart are the choices that are not the verdict's, Differing the number of their
	// trade-offs.
	Apart     []apart
	Differing int
	Warnings  []warning
}

// fact is one figure of the first screen, and what it is held against.
type fact struct {
	Name, Value, Beside string
	// Alarm marks one that misses what it is held against.
	Alarm bool
}

// apart is what is chosen in trade-offs and the verdicts do not share, and why. Out is
// true for what cannot serve the design.
type apart struct {
	TradeOffs []string
	Text      string
	Out       bool
}

func overviewOf(c compare.Comparison) overview {
	s := c.Reference()
	o := overview{Stack: s, Warnings: warnings(c)}
	base := s.Cost[design.Base]
	o.Lines = append(o.Lines, fact{Name: "a month at base", Value: Money(base.USD), Beside: Money(s.IdleUSD) + " without any request"})
	floor := fact{Name: "promised by AWS’s agreements", Value: Percent(s.Availability.Write.Availability), Beside: fmt.Sprintf("%.0f minutes down a month", s.Availability.Write.MinutesDown)}
	if s.Availability.Target > 0 {
		floor.Beside += ", the design says " + Percent(s.Availability.Target)
		floor.Alarm = !s.Availability.Meets()
	}
	if s.Availability.Known() {
		o.Lines = append(o.Lines, floor)
	}
	if s.Latency.Missing == "" {
		p99 := fact{Name: "p99 at the busiest minute of peak", Value: latency.Duration(s.Latency.Busiest[design.Peak].P99.Value), Beside: "simulated"}
		if c.Levels.P99Ms > 0 {
			p99.Beside += ", " + latency.Duration(c.Levels.P99Ms/1000) + " allowed"
			p99.Alarm = !s.Latency.Keeps()
		}
		o.Lines = append(o.Lines, p99)
	}
	if l, ok := s.Limits.First(); ok {
		o.Lines = append(o.Lines, fact{
			Name: "requests a second until a limit breaks", Value: Count(l.BreaksAt), Alarm: l.Headroom < 1,
			Beside: fmt.Sprintf("%s; the busiest second of peak has %s", l.Name, Count(s.Limits.RPS)),
		})
	}
	o.Apart = apartFrom(c)
	for _, a := range o.Apart {
		o.Differing += len(a.TradeOffs)
	}
	return o
}

// apartFrom gathers the choices that the verdicts do not share: those that cannot serve
// the design first, all that are out for one reason together.
func apartFrom(c compare.Comparison) []apart {
	var out, dearer []apart
	for _, t := range c.TradeOffs {
		reason := outFor(t)
		if reason == "" {
			if text := differs(t); text != "" {
				dearer = append(dearer, apart{[]string{t.ID}, text, false})
			}
			continue
		}
		i := slices.IndexFunc(out, func(a apart) bool { return a.Text == reason })
		if i < 0 {
			out, i = append(out, apart{Text: reason, Out: true}), len(out)
		}
		out[i].TradeOffs = append(out[i].TradeOffs, t.ID)
	}
	for i, a := range out {
		choice := "what is chosen is out"
		if len(a.TradeOffs) == 1 {
			t := slices.IndexFunc(c.TradeOffs, func(t compare.TradeOff) bool { return t.ID == a.TradeOffs[0] })
			choice = c.TradeOffs[t].Chosen + " is chosen, and out"
		}
		out[i].Text = choice + ": " + a.Text
	}
	return append(out, dearer...)
}

// outFor says why the chosen option cannot serve the design; empty if it can.
func outFor(t compare.TradeOff) string {
	var reasons []string
	for _, e := range t.Verdict.Eliminated {
		if e.Option == t.Chosen {
			reasons = append(reasons, e.Reason)
		}
	}
	return strings.Join(reasons, "; ")
}

// differs says how a chosen option that can serve differs from the verdict; empty where
// it does not.
func differs(t compare.TradeOff) string {
	if t.Chosen == "" || t.Verdict.Winner == "" || t.Chosen == t.Verdict.Winner {
		return ""
	}
	usd := map[string]float64{}
	for _, r := range t.Verdict.Ranking {
		usd[r.Option] = r.USD
	}
	if _, ok := usd[t.Chosen]; !ok {
		return fmt.Sprintf("%s is chosen, and no stack here shows it; of those that are shown the cheapest is %s", t.Chosen, t.Verdict.Winner)
	}
	return fmt.Sprintf("%s is chosen; %s costs %s a month less at base", t.Chosen, t.Verdict.Winner, Money(usd[t.Chosen]-usd[t.Verdict.Winner]))
}
