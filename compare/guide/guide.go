// Package guide writes a page for each trade-off: the question, when to take which
// option, what each one changes in the templates, and how to choose for a design.
package guide

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/difference"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// Pages returns the pages by file name, README.md among them, for the trade-offs that
// the comparison answers.
func Pages(c compare.Comparison) map[string]string {
	pages := map[string]string{}
	var index page
	index.line("# Trade-offs\n\nGenerated from the catalogue and from the templates of the %s design; `make golden` renews these pages.\n", c.System)
	index.line("| trade-off | question | options |\n|---|---|---|")
	for _, compared := range c.TradeOffs {
		t, ok := catalogue.Find(compared.ID)
		if !ok {
			continue
		}
		pages[t.ID+".md"] = tradeOff(c, t, compared)
		index.line("| [%s](%s.md) | %s | %s |", t.ID, t.ID, t.Question, strings.Join(t.OptionIDs(), ", "))
	}
	pages["README.md"] = index.String()
	return pages
}

type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { p.WriteString(fmt.Sprintf(format, args...) + "\n") }

func tradeOff(c compare.Comparison, t catalogue.TradeOff, compared compare.TradeOff) string {
	var p page
	p.line("# %s\n\n%s", t.ID, t.Question)
	if len(t.Ground) > 0 {
		p.line("\nThe question arises on %s.", ground(t.Ground))
	}
	costs := "$ a month at base, beside what all options have"
	if compared.Adds {
		costs = "$ a month at base, added to the stack it varies"
	}
	p.line("\n| option | stack | %s |\n|---|---|--:|", costs)
	for _, o := range compared.Options {
		p.line("| %s | `%s` | %.2f |", o.ID, o.Stack, o.DiffersUSD[design.Base])
	}
	p.line("\n## How to choose\n")
	for _, o := range t.Options {
		p.line("- **%s**: %s", o.ID, o.Sentence)
	}
	p.line("\nFor the design as it is: %s", compared.Verdict.Sentence)
	for _, change := range compared.Verdict.Changes {
		p.line("- would change: %s", change)
	}
	for _, warning := range compared.Verdict.Warnings {
		p.line("- mind: %s", warning)
	}
	for _, o := range t.Options {
		i := slices.IndexFunc(compared.Options, func(c compare.Option) bool { return c.ID == o.ID })
		if i < 0 {
			continue
		}
		stack, _ := c.Stack(compared.Options[i].Stack)
		p.option(o, compared.Options[i], stack)
	}
	return p.String()
}

// option writes of which stacks an option is, what it requires, cannot do and changes.
func (p *page) option(o catalogue.Option, compared compare.Option, stack compare.Stack) {
	p.line("\n## %s", o.ID)
	if o.Baseline {
		p.line("\nThe baseline's option.")
	}
	if len(o.Ground) > 0 {
		p.line("\nShown on %s.", ground(o.Ground))
	}
	if len(stack.Parts) > 0 {
		p.line("\nDeployed as several stacks: %s. The difference below is the main one's.", parts(stack))
	}
	for _, r := range o.Requires {
		p.line("\nNeeds %s: %s. %s (%s).", r.TradeOff, strings.Join(r.OneOf, " or "), sentence(r.Reason), r.Source)
	}
	if len(o.Lacks) > 0 {
		p.line("\n| cannot serve | why | unless |\n|---|---|---|")
		for _, need := range slices.Sorted(maps.Keys(o.Lacks)) {
			lack := o.Lacks[need]
			var unless []string
			for _, c := range lack.Unless {
				unless = append(unless, c.String())
			}
			p.line("| %s | %s (%s) | %s |", need, sentence(lack.Reason), lack.Source, strings.Join(unless, ", "))
		}
	}
	if compared.Difference != nil {
		p.difference(*compared.Difference, compared.Varies)
	}
}

// parts names a stack and those that belong to it, with their Regions.
func parts(s compare.Stack) string {
	names := []string{fmt.Sprintf("`%s` in %s", s.Name, s.Region)}
	for _, x := range s.Parts {
		names = append(names, fmt.Sprintf("`%s` in %s", x.Name, x.Region))
	}
	return strings.Join(names, ", ")
}

// difference writes what the option's template has and the stack that it varies has
// not, grouped by meaning, counting resources of one type.
func (p *page) difference(d difference.Difference, from string) {
	if d.Empty() {
		p.line("\nNo difference from `%s`.", from)
		return
	}
	p.line("\nAgainst `%s`:\n\n| | added | removed | changed |\n|---|---|---|---|", from)
	for _, g := range d.Groups() {
		changed := map[string]int{}
		for _, c := range slices.Concat(g.Changed, g.Sections) {
			name := c.Type
			if name == "" {
				name, _, _ = strings.Cut(c.ID, ".")
			}
			changed[name+" "+strings.TrimPrefix(top(c.Path), "Properties.")]++
		}
		p.line("| %s | %s | %s | %s |", g.Meaning, counted(types(g.Added)), counted(types(g.Removed)), counted(changed))
	}
}

// top is the first two steps of a path, "Properties.Environment".
func top(path string) string {
	steps := strings.SplitN(strings.ReplaceAll(path, "[", ".["), ".", 3)
	return strings.Join(steps[:min(2, len(steps))], ".")
}

func types(resources []difference.Resource) map[string]int {
	counts := map[string]int{}
	for _, r := range resources {
		counts[r.Type]++
	}
	return counts
}

func counted(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if n := counts[name]; n > 1 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, strings.TrimSpace(name)))
		} else {
			parts = append(parts, strings.TrimSpace(name))
		}
	}
	return strings.Join(parts, ", ")
}

// ground lists choices, "front-door: alb and compute: fargate".
func ground(b catalogue.Blueprint) string {
	var parts []string
	for _, id := range catalogue.IDs() {
		if option, ok := b[id]; ok {
			parts = append(parts, catalogue.Choice{TradeOff: id, Option: option}.String())
		}
	}
	return strings.Join(parts, " and ")
}

// sentence begins a reason with a capital.
func sentence(reason string) string {
	if reason == "" {
		return ""
	}
	return strings.ToUpper(reason[:1]) + reason[1:]
}
