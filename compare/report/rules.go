package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fulcrum/compare"
)

// unfollowed is a reason not to follow some rules, and the stacks that give it.
type unfollowed struct {
	Rules          []string
	Reason, Stacks string
}

// rulesNotFollowed gathers what the stacks acknowledge, once for each reason.
func rulesNotFollowed(c compare.Comparison) []unfollowed {
	rules, stacks := map[string]map[string]bool{}, map[string][]string{}
	for _, s := range c.Stacks {
		for _, a := range s.Posture.Acknowledged {
			if rules[a.Reason] == nil {
				rules[a.Reason] = map[string]bool{}
			}
			for _, rule := range a.Rules {
				rules[a.Reason][rule] = true
			}
			stacks[a.Reason] = append(stacks[a.Reason], s.Name)
		}
	}
	var all []unfollowed
	for reason, in := range stacks {
		u := unfollowed{Rules: slices.Sorted(maps.Keys(rules[reason])), Reason: reason, Stacks: strings.Join(in, ", ")}
		switch {
		case len(in) == len(c.Stacks):
			u.Stacks = "all"
		case len(in) > 3:
			u.Stacks = fmt.Sprintf("%d of %d", len(in), len(c.Stacks))
		}
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b unfollowed) int {
		return cmp.Or(cmp.Compare(a.Rules[0], b.Rules[0]), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}
