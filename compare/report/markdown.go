package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/cost"
	"fulcrum/compare/difference"
	"fulcrum/design"
)

// Markdown writes the comparison so that it suits a pull request.
func Markdown(w io.Writer, c compare.Comparison) error {
	m := &markdown{w: bufio.NewWriter(w), sources: newSources(c)}
	m.line("# %s: options compared", c.System)
	m.line("\n%s.", Headline(c))
	if c.Note != "" {
		m.line("\n> %s", c.Note)
	}
	m.line("\n| trade-off | chosen | verdict at base, $ a month | would change |\n|---|---|---|---|")
	for _, t := range c.TradeOffs {
		m.line("| %s | %s | %s | %s |", t.ID, t.Chosen, cellText(Ranking(t)), cellText(WouldChange(t.Verdict)))
	}
	for _, t := range c.TradeOffs {
		m.tradeOff(c, t)
	}
	for _, s := range c.Stacks {
		m.stack(s)
	}
	m.rules(c)
	m.placements(c.Placements)
	m.simulation(simulationOf(c))
	m.line("\n## Assumptions\n")
	for _, a := range AssumptionsOf(c) {
		m.line("- %s", a)
	}
	m.line("\n## Sources\n")
	for _, s := range m.sources.list {
		m.line("%d. %s, %s (%s)", s.Number, s.Name, s.AsOf, s.Confidence)
	}
	if m.sources.fromMemory {
		m.line("\n\\* rests on a fact from memory, which no source was found for: verify it before use.")
	}
	return m.w.Flush()
}

type markdown struct {
	w       *bufio.Writer
	sources sources
}

func (m *markdown) line(format string, args ...any) {
	fmt.Fprintf(m.w, format+"\n", args...) //nolint:errcheck // bufio keeps the error for Flush
}

func (m *markdown) tradeOff(c compare.Comparison, t compare.TradeOff) {
	m.line("\n## %s\n\n%s\n\n**%s**", t.ID, t.Question, t.Verdict.Sentence)
	for _, w := range mind(t) {
		m.line("\n> %s", w)
	}
	m.line("")
	for _, o := range t.Options {
		if o.Sentence != "" {
			m.line("- **%s** (%s): %s", o.ID, stacksOfOption(c, o, "`"), o.Sentence)
		}
	}
	differing, alike := TableOf(c, t).Split()
	m.table(differing)
	if alike.Rows() > 0 {
		m.line("\n<details><summary>%d rows are the same in every option</summary>", alike.Rows())
		m.table(alike)
		m.line("\n</details>")
	}
	m.line("\n### Break-even\n")
	if !sameCurves(t.Door) {
		m.breakEven("Front doors alone", t.Door)
	}
	m.breakEven("All that differs between the stacks", t.Differs)
	m.line("Over the size of a call, at base: %s.\n", PayloadIntervals(t.Payload))
	if len(t.References) > 0 {
		m.line("\n%s:\n\n| Region | load balancer | against | requests a month | arithmetic |\n|---|---|---|--:|---|", ReferenceTitle)
		for _, r := range t.References {
			m.line("| %s | %s | %s | %s | %s |", r.Region, addresses(r), r.Against, Count(r.Requests), r.Arithmetic)
		}
	}
	m.latency(c, t)
	m.limits(c, t)
	for _, o := range t.Options {
		if o.Difference != nil {
			m.difference(o)
		}
	}
}

func addresses(r cost.Reference) string {
	if r.Addresses == 0 {
		return "no public IPv4"
	}
	return fmt.Sprintf("%d public IPv4", r.Addresses)
}

func (m *markdown) table(t Table) {
	m.line("\n| | %s |\n|---|%s", strings.Join(t.Columns, " | "), strings.Repeat("---|", len(t.Columns)))
	for _, g := range t.Groups {
		m.line("| **%s** |%s", g.Title, strings.Repeat(" |", len(t.Columns)))
		for _, r := range g.Rows {
			cells := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				cells[i] = m.cell(c)
			}
			m.line("| %s | %s |", cellText(r.Label), strings.Join(cells, " | "))
		}
	}
}

// cell writes a cell with the numbers of its sources.
func (m *markdown) cell(c Cell) string {
	text := cellText(marks[c.Mark] + c.Text)
	if c.Best {
		text = "**" + text + "**"
	}
	seen := map[int]bool{}
	var numbers []string
	for _, e := range c.Evidence {
		if n := m.sources.number(e); n > 0 && !seen[n] {
			seen[n] = true
			numbers = append(numbers, fmt.Sprint(n))
		}
	}
	if len(numbers) > 0 {
		text += " <sup>" + strings.Join(numbers, ",") + "</sup>"
	}
	if c.FromMemory() {
		text += "\\*"
	}
	return text
}

func (m *markdown) breakEven(title string, b compare.BreakEven) {
	m.line("%s: %s.\n", title, Intervals(b))
	for i := range b.Crossings {
		m.line("- %s: %s.", Crossing(b, i), b.Arithmetic[i])
	}
	m.line("")
}

func (m *markdown) limits(c compare.Comparison, t compare.TradeOff) {
	m.line("\n### Limits\n\nDemand of the busiest second of the peak column against quota.\n\n| stack | limit | demand | quota | fits | breaks at | raise |\n|---|---|--:|--:|--:|--:|---|")
	for _, s := range stacksOf(c, t) {
		for i, l := range s.Limits.Limits {
			if i == 8 {
				break // the tightest say enough here; report.json has all
			}
			at := "–"
			if l.BreaksAt > 0 {
				at = Count(l.BreaksAt) + "/s"
			}
			m.line("| %s | %s | %s | %s %s | %s × | %s | %s |", s.Name, cellText(l.Name), Count(l.Demand), Count(l.Value), l.Unit, Count(l.Headroom), at, Adjustable(l))
		}
	}
}

func (m *markdown) difference(o compare.Option) {
	m.line("\n<details><summary>%s: what differs from the stack it varies (+%d −%d)</summary>\n", o.Stack, len(o.Difference.Added), len(o.Difference.Removed))
	for _, g := range o.Difference.Groups() {
		m.line("**%s**\n\n```diff\n%s```\n", g.Meaning, clipped(g.Difference))
	}
	m.line("</details>")
}

// clipped renders a difference in lines that a page can hold.
func clipped(d difference.Difference) string {
	const most = 160
	lines := strings.Split(d.Text(), "\n")
	for i, l := range lines {
		if r := []rune(l); len(r) > most {
			lines[i] = string(r[:most]) + "…"
		}
	}
	return strings.Join(lines, "\n")
}

func (m *markdown) stack(s compare.Stack) {
	base := s.Cost[design.Base]
	m.line("\n## Stack %s\n\n%s a month at base (%s of it the same for any number of requests), %s without any; %s.\n\n| part | $ a month |\n|---|--:|", s.Name, Money(base.USD), Money(base.FixedUSD), Money(s.IdleUSD), s.Coverage)
	for _, p := range cost.Parts {
		if usd := base.PartUSD(p); usd > 0 {
			m.line("| %s | %s |", p, Money(usd))
		}
	}
	for _, n := range s.Posture.Notes {
		m.line("\n> %s", n.Text)
	}
}

// rules lists what the stacks acknowledge. A check fails when a rule pack finds what
// nobody acknowledges, or does not find any more what somebody does.
func (m *markdown) rules(c compare.Comparison) {
	list := rulesNotFollowed(c)
	if len(list) == 0 {
		return
	}
	m.line("\n## Rules not followed\n\nOf cdk-nag (AwsSolutions, NIST 800-53 r5) and of Control Tower's rules for cfn-guard, each with the reason in the template.\n\n| rule | reason | stacks |\n|---|---|---|")
	for _, u := range list {
		m.line("| %s | %s | %s |", cellText(strings.Join(u.Rules, ", ")), cellText(u.Reason), u.Stacks)
	}
}

// cellText makes text fit for a cell of a table.
func cellText(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(s)
}
