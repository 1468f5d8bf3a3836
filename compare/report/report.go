// Package report shows a comparison: on a terminal, as Markdown, as JSON and as
// one self-contained page of HTML. All forms have the same rows.
package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/capability"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/compare/limits"
	"fulcrum/compare/posture"
	"fulcrum/design"
)

// Table is a trade-off's options set against each other.
type Table struct {
	// Columns are the options.
	Columns []string
	Groups  []Group
}

// Group is the rows of one dimension.
type Group struct {
	Title string
	Rows  []Row
}

// Row is one line of the table.
type Row struct {
	Label string
	Cells []Cell
}

// Cell is what a row says of an option.
type Cell struct {
	// Mark is "yes", "offered", "no" or empty.
	Mark string
	Text string
	// Best marks the cheapest of a row of amounts.
	Best     bool
	Evidence []evidence.Item
}

// FromMemory reports whether the cell rests on a fact that no source was found for.
func (c Cell) FromMemory() bool { return evidence.AnyFromMemory(c.Evidence) }

// TableOf returns the table of a trade-off.
func TableOf(c compare.Comparison, t compare.TradeOff) Table {
	stacks := stacksOf(c, t)
	table := Table{}
	for _, o := range t.Options {
		table.Columns = append(table.Columns, o.ID)
	}
	table.Groups = []Group{
		{"Needs", needRows(t)},
		{"Capability", capabilityRows(t)},
		{"Cost, $ a month", costRows(t, stacks)},
		{"Limits at peak", limitRows(stacks)},
		{"Availability floor", availabilityRows(stacks)},
		{"Latency, simulated, busiest minute", latencyRows(c, stacks)},
		{"Posture", postureRows(stacks)},
		{"Operations", operationRows(t, stacks)},
	}
	table.Groups = slices.DeleteFunc(table.Groups, func(g Group) bool { return len(g.Rows) == 0 })
	return table
}

// Split parts the rows that tell the options apart from those that are the same in
// every option, which have one cell then. Of a single option nothing is alike.
func (t Table) Split() (differing, alike Table) {
	differing.Columns, alike.Columns = t.Columns, []string{"every option"}
	for _, g := range t.Groups {
		apart, same := Group{Title: g.Title}, Group{Title: g.Title}
		for _, r := range g.Rows {
			if len(r.Cells) > 1 && !slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.Mark != r.Cells[0].Mark || c.Text != r.Cells[0].Text }) {
				one := r.Cells[0]
				one.Best = false
				same.Rows = append(same.Rows, Row{r.Label, []Cell{one}})
				continue
			}
			apart.Rows = append(apart.Rows, r)
		}
		if len(apart.Rows) > 0 {
			differing.Groups = append(differing.Groups, apart)
		}
		if len(same.Rows) > 0 {
			alike.Groups = append(alike.Groups, same)
		}
	}
	return differing, alike
}

// Rows counts the rows of all groups.
func (t Table) Rows() int {
	n := 0
	for _, g := range t.Groups {
		n += len(g.Rows)
	}
	return n
}

// stacksOf returns the stack of each option.
func stacksOf(c compare.Comparison, t compare.TradeOff) []compare.Stack {
	var out []compare.Stack
	for _, o := range t.Options {
		s, _ := c.Stack(o.Stack)
		out = append(out, s)
	}
	return out
}

func needRows(t compare.TradeOff) []Row {
	var rows []Row
	for _, n := range t.Needs {
		rows = append(rows, Row{n.ID, capabilityCells(n.Cells)})
	}
	return rows
}

func capabilityRows(t compare.TradeOff) []Row {
	var rows []Row
	for _, r := range t.Capabilities {
		rows = append(rows, Row{r.Title, capabilityCells(r.Cells)})
	}
	return rows
}

func capabilityCells(cells []capability.Cell) []Cell {
	var out []Cell
	for _, c := range cells {
		mark := string(c.Mark)
		if c.Mark == capability.Unknown {
			mark = ""
		}
		out = append(out, Cell{Mark: mark, Text: c.Text, Evidence: c.Evidence})
	}
	return out
}

// row makes a row of what text says of each stack.
func row(label string, stacks []compare.Stack, text func(i int, s compare.Stack) Cell) Row {
	r := Row{Label: label}
	for i, s := range stacks {
		r.Cells = append(r.Cells, text(i, s))
	}
	return r
}

// amounts makes a row of amounts and marks the smallest.
func amounts(label string, stacks []compare.Stack, usd func(i int, s compare.Stack) float64) Row {
	least := 0
	for i, s := range stacks {
		if usd(i, s) < usd(least, stacks[least]) {
			least = i
		}
	}
	return row(label, stacks, func(i int, s compare.Stack) Cell {
		return Cell{Text: Money(usd(i, s)), Best: usd(i, s) == usd(least, stacks[least]) && len(stacks) > 1}
	})
}

func costRows(t compare.TradeOff, stacks []compare.Stack) []Row {
	rows := []Row{
		amounts("front door alone, base", stacks, func(_ int, s compare.Stack) float64 { return s.Cost[design.Base].DoorUSD }),
	}
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		rows = append(rows, amounts("all that differs, "+column.String(), stacks, func(i int, _ compare.Stack) float64 { return t.Options[i].DiffersUSD[column] }))
	}
	rows = append(rows,
		amounts("whole stack, base", stacks, func(_ int, s compare.Stack) float64 { return s.Cost[design.Base].USD }),
		amounts("  without any request", stacks, func(_ int, s compare.Stack) float64 { return s.IdleUSD }),
		row("priced", stacks, func(_ int, s compare.Stack) Cell {
			text := fmt.Sprintf("%d of %d", s.Coverage.Priced, s.Coverage.Billable)
			if len(s.Coverage.NotPriced) > 0 {
				text += ", not " + s.Coverage.Missing()
			}
			return Cell{Text: text}
		}),
	)
	for i := range rows[0].Cells {
		rows[0].Cells[i].Evidence = doorEvidence(stacks[i])
	}
	return rows
}

// doorEvidence are the prices of a stack's front door.
func doorEvidence(s compare.Stack) []evidence.Item {
	var out []evidence.Item
	for _, i := range s.Cost[design.Base].Items {
		for _, l := range i.Lines {
			if l.Part == cost.Door {
				out = append(out, evidence.Item{
					Claim: fmt.Sprintf("%s %s: %s a %s", l.Service, l.Dimension, Unit(l.USDPerUnit), l.Unit),
					Path:  i.Path, Source: l.Source, AsOf: l.AsOf, Confidence: l.Confidence,
				})
			}
		}
	}
	return out
}

func limitRows(stacks []compare.Stack) []Row {
	describe := func(l limits.Limit, ok bool) Cell {
		if !ok {
			return Cell{Text: "none known"}
		}
		return Cell{Text: fmt.Sprintf("%s at %s/s", l.Name, Count(l.BreaksAt)), Evidence: l.Evidence}
	}
	return []Row{
		row("demand, busiest second", stacks, func(_ int, s compare.Stack) Cell { return Cell{Text: Count(s.Limits.RPS) + " requests/s"} }),
		row("breaks first", stacks, func(_ int, s compare.Stack) Cell { return describe(s.Limits.First()) }),
		row("  can be raised", stacks, func(_ int, s compare.Stack) Cell {
			l, ok := s.Limits.First()
			if !ok {
				return Cell{Text: "–"}
			}
			return Cell{Text: Adjustable(l), Evidence: l.Evidence}
		}),
		row("first that cannot", stacks, func(_ int, s compare.Stack) Cell { return describe(s.Limits.FirstHard()) }),
	}
}

// Adjustable says what can be done about a limit.
func Adjustable(l limits.Limit) string {
	text := map[string]string{"yes": "yes, on request", "no": "no", "configurable": "yes, in the template", "automatic": "grows by itself"}[l.Adjustable]
	if text == "" {
		text = "not known"
	}
	if l.AccountWide {
		text += "; shared by the account"
	}
	return text
}

func availabilityRows(stacks []compare.Stack) []Row {
	return []Row{
		row("AWS's agreements promise", stacks, func(_ int, s compare.Stack) Cell {
			if !s.Availability.Known() {
				return Cell{Text: "not known: no front door, so no path of requests"}
			}
			c := Cell{Text: Percent(s.Availability.Write.Availability)}
			if missing := s.Availability.Unknown; len(missing) > 0 {
				c.Text += ", without what no agreement is known for: " + strings.Join(missing, ", ")
			}
			for _, l := range s.Availability.Write.Links {
				c.Evidence = append(c.Evidence, l.Evidence...)
			}
			if s.Availability.Target > 0 {
				if !s.Availability.Meets() {
					c.Text += ", short of " + Percent(s.Availability.Target)
				}
			}
			return c
		}),
		row("minutes down a month", stacks, func(_ int, s compare.Stack) Cell {
			if !s.Availability.Known() {
				return Cell{Text: "–"}
			}
			return Cell{Text: fmt.Sprintf("%.0f", s.Availability.Write.MinutesDown)}
		}),
		row("weakest link", stacks, func(_ int, s compare.Stack) Cell { return Cell{Text: s.Availability.Write.Weakest} }),
	}
}

func postureRows(stacks []compare.Stack) []Row {
	return []Row{
		row("own keys at rest", stacks, func(_ int, s compare.Stack) Cell {
			own, excepted := 0, 0
			var e []evidence.Item
			for _, r := range s.Posture.AtRest {
				switch {
				case r.CustomerManaged:
					own++
				case r.Exception != "":
					excepted++
					e = append(e, evidence.Item{Claim: r.ID + ": " + r.Exception, Path: "Resources/" + r.ID})
				default:
					e = append(e, r.Evidence...)
				}
			}
			text := fmt.Sprintf("%d of %d", own, len(s.Posture.AtRest))
			if excepted > 0 {
				text += fmt.Sprintf(", %d imposed", excepted)
			}
			return Cell{Text: text, Mark: yesNo(own+excepted == len(s.Posture.AtRest)), Evidence: e}
		}),
		row("public hops, lowest TLS", stacks, func(_ int, s compare.Stack) Cell {
			var parts []string
			ok := true
			var e []evidence.Item
			for _, h := range s.Posture.InTransit {
				if h.Public {
					floor := strings.TrimPrefix(h.Floor, "TLS ")
					if h.Floor != "" && h.Remark != "" {
						floor += " refused"
					}
					parts = append(parts, floor)
					ok = ok && h.OK()
					e = append(e, h.Evidence...)
				}
			}
			return Cell{Text: strings.Join(parts, ", "), Mark: yesNo(ok), Evidence: e}
		}),
		row("IAM on everything", stacks, func(_ int, s compare.Stack) Cell {
			chosen := slices.DeleteFunc(slices.Clone(s.Posture.Wildcards), func(w posture.Wildcard) bool { return w.Imposed })
			var e []evidence.Item
			for _, w := range s.Posture.Wildcards {
				e = append(e, w.Evidence...)
			}
			return Cell{Text: fmt.Sprintf("%d, and %d imposed by AWS", len(chosen), len(s.Posture.Wildcards)-len(chosen)), Mark: yesNo(len(chosen) == 0), Evidence: e}
		}),
		row("dead letters, backups, logs", stacks, func(_ int, s compare.Stack) Cell {
			have, of := 0, 0
			var e []evidence.Item
			for _, c := range s.Posture.Coverage {
				have, of = have+c.Have, of+c.Of
				for _, m := range c.Missing {
					e = append(e, evidence.Template("Resources/"+m, "not among the "+c.What))
				}
			}
			return Cell{Text: fmt.Sprintf("%d of %d", have, of), Mark: yesNo(have == of), Evidence: e}
		}),
	}
}

func operationRows(t compare.TradeOff, stacks []compare.Stack) []Row {
	rows := []Row{
		row("resources, types", stacks, func(_ int, s compare.Stack) Cell {
			return Cell{Text: fmt.Sprintf("%d, %d", s.Operations.Resources, s.Operations.Types)}
		}),
		row("template, KB", stacks, func(_ int, s compare.Stack) Cell {
			return Cell{Text: fmt.Sprintf("%.0f", float64(s.Operations.TemplateBytes)/1024)}
		}),
		row("IAM statements", stacks, func(_ int, s compare.Stack) Cell { return Cell{Text: fmt.Sprint(s.Operations.Statements)} }),
		row("network of its own", stacks, func(_ int, s compare.Stack) Cell {
			if s.Operations.Network {
				return Cell{Text: "yes"}
			}
			return Cell{Text: "none"}
		}),
	}
	change := row("change", stacks, func(i int, _ compare.Stack) Cell {
		d := t.Options[i].Difference
		if d == nil {
			return Cell{Text: "–"}
		}
		changed := map[string]bool{}
		for _, c := range d.Changed {
			changed[c.ID] = true
		}
		return Cell{Text: fmt.Sprintf("+%d −%d ~%d resources", len(d.Added), len(d.Removed), len(changed))}
	})
	return append(rows, change)
}

func yesNo(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}
