package posture

import (
	"cmp"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/finding"
)

// Acknowledged is a reason, the rules it holds for and the resources that give it.
type Acknowledged struct {
	Reason    string   `json:"reason"`
	Rules     []string `json:"rules"`
	Resources []string `json:"resources"`
}

// acknowledged returns what a stack's resources acknowledge, once for each reason,
// in the order of the first rule.
func acknowledged(s *assembly.Stack) []Acknowledged {
	var all []Acknowledged
	for _, k := range finding.Acknowledgements(s) {
		i := slices.IndexFunc(all, func(a Acknowledged) bool { return a.Reason == k.Reason })
		if i < 0 {
			i = len(all)
			all = append(all, Acknowledged{Reason: k.Reason})
		}
		a := &all[i]
		if !slices.Contains(a.Rules, k.Rule) {
			a.Rules = append(a.Rules, k.Rule)
		}
		if !slices.Contains(a.Resources, k.Resource) {
			a.Resources = append(a.Resources, k.Resource)
		}
	}
	for _, a := range all {
		slices.Sort(a.Rules)
	}
	slices.SortFunc(all, func(a, b Acknowledged) int { return cmp.Compare(a.Rules[0], b.Rules[0]) })
	return all
}
