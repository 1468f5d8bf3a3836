package report

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare"
)

// stacksOfOption names an option's stack and the others that belong to it with their
// Regions, each name between quotes: "stack A", or "stacks A, A-Edge in us-east-1".
func stacksOfOption(c compare.Comparison, o compare.Option, quote string) string {
	s, _ := c.Stack(o.Stack)
	if len(s.Parts) == 0 {
		return "stack " + quote + o.Stack + quote
	}
	return "stacks " + quote + o.Stack + quote + ", " + partsNamed(s, quote)
}

// partsNamed names the stacks that belong to a stack, with their Regions; empty for
// none.
func partsNamed(s compare.Stack, quote string) string {
	var names []string
	for _, p := range s.Parts {
		names = append(names, quote+p.Name+quote+" in "+p.Region)
	}
	return strings.Join(names, ", ")
}

// severalStacks names the main stack of each option that is deployed as several.
func severalStacks(c compare.Comparison) []string {
	var out []string
	for _, t := range c.TradeOffs {
		for _, o := range t.Options {
			if s, _ := c.Stack(o.Stack); len(s.Parts) > 0 && !slices.Contains(out, o.Stack) {
				out = append(out, o.Stack)
			}
		}
	}
	return out
}

// manyStacks names the stacks of each option that is deployed as several: all its
// figures are over all of them.
func manyStacks(c compare.Comparison, t compare.TradeOff) []string {
	var out []string
	for _, o := range t.Options {
		if s, _ := c.Stack(o.Stack); len(s.Parts) > 0 {
			out = append(out, fmt.Sprintf("%s: %s", o.ID, stacksOfOption(c, o, "")))
		}
	}
	return out
}
