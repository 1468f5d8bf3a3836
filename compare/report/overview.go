package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/latency"
	"fulcrum/compare/verdict"
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
	// Apart are the trade-offs whose chosen option is not the verdict's.
	Apart    []apart
	Warnings []warning
}

// fact is one figure of the first screen, and what it is held against.
type fact struct {
	Name, Value, Beside string
	// Alarm marks one that misses what it is held against.
	Alarm bool
}

// apart is a choice that the verdict does not share, and why.
type apart struct{ TradeOff, Text string }

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
	for _, t := range c.TradeOffs {
		if text := differs(t); text != "" {
			o.Apart = append(o.Apart, apart{t.ID, text})
		}
	}
	return o
}

// chosenAndOut are the choices that cannot serve the design.
func chosenAndOut(c compare.Comparison) []apart {
	var out []apart
	for _, t := range c.TradeOffs {
		if slices.ContainsFunc(t.Verdict.Eliminated, func(e verdict.Eliminated) bool { return e.Option == t.Chosen }) {
			out = append(out, apart{t.ID, differs(t)})
		}
	}
	return out
}

// differs says how the chosen option differs from the verdict; empty where it does not.
func differs(t compare.TradeOff) string {
	if t.Chosen == "" || t.Verdict.Winner == "" || t.Chosen == t.Verdict.Winner {
		return ""
	}
	for _, e := range t.Verdict.Eliminated {
		if e.Option == t.Chosen {
			return fmt.Sprintf("%s is chosen, and out: %s", t.Chosen, e.Reason)
		}
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
