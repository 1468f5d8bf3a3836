package finding

import (
	"fmt"
	"slices"
	"strings"
)

// group is the findings of one rule with one reason.
type group struct {
	rule, text, reason string
	resources, stacks  map[string]bool
}

// groups puts findings of one rule and reason together, in the order of the first.
func groups(found []Acknowledged) []group {
	var all []group
	at := map[[2]string]int{}
	for _, f := range found {
		key := [2]string{f.Rule, f.Reason}
		i, ok := at[key]
		if !ok {
			i = len(all)
			at[key] = i
			all = append(all, group{f.Rule, f.Text, f.Reason, map[string]bool{}, map[string]bool{}})
		}
		all[i].resources[f.Resource] = true
		all[i].stacks[f.Stack] = true
	}
	return all
}

// Text returns the report for a terminal: what is open, what is stale, and then each
// rule that is not followed, with the reason and how many resources it holds for.
func (r Report) Text() string {
	var b strings.Builder
	var open []Acknowledged
	for _, f := range r.Open {
		open = append(open, Acknowledged{Finding: f})
	}
	for _, g := range groups(open) {
		fmt.Fprintf(&b, "open  %s: %s\n      %s\n", g.rule, g.text, g.where(8))
	}
	for _, k := range r.Stale {
		fmt.Fprintf(&b, "stale %s on %s of %s: nothing is found that this would explain; take it out\n      %s\n", k.Rule, k.Resource, k.Stack, k.Reason)
	}
	for _, g := range groups(r.Acknowledged) {
		fmt.Fprintf(&b, "%s: %s\n      %s\n      %s\n", g.rule, g.text, g.reason, g.where(3))
	}
	return b.String()
}

// where names up to most of the resources, and in how many stacks they are.
func (g group) where(most int) string {
	var ids []string
	for id := range g.resources {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	more := ""
	if len(ids) > most {
		more = fmt.Sprintf(" and %d more", len(ids)-most)
		ids = ids[:most]
	}
	in := fmt.Sprintf("in %d stacks", len(g.stacks))
	if len(g.stacks) == 1 {
		for name := range g.stacks {
			in = "in " + name
		}
	}
	return strings.Join(ids, ", ") + more + ", " + in
}

// Summary returns the report in one line.
func (r Report) Summary() string {
	return fmt.Sprintf("%d rules not followed, each for a reason; %d findings open, %d acknowledgements stale",
		len(groups(r.Acknowledged)), len(r.Open), len(r.Stale))
}

// Check returns an error that lists what is open and what is stale; nil for nothing.
func (r Report) Check() error {
	if len(r.Open) == 0 && len(r.Stale) == 0 {
		return nil
	}
	return fmt.Errorf("%s%d findings without a reason, %d acknowledgements without a finding; mend the resource, or acknowledge the rule beside its construct (annotate.Acknowledge)",
		Report{Open: r.Open, Stale: r.Stale}.Text(), len(r.Open), len(r.Stale))
}
