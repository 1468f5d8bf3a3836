// Package finding reads what rule packs find in the templates of an assembly, and
// sets it against what the templates acknowledge: each construct says in its
// resource's metadata which rules it does not follow, and why.
package finding

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// Finding is one rule that one resource does not follow.
type Finding struct {
	// Tool is who found it: "cdk-nag" or "cfn-guard".
	Tool     string `json:"tool"`
	Stack    string `json:"stack"`
	Resource string `json:"resource"`
	// Rule is the rule's id, "AwsSolutions-SQS3" or "CT.SQS.PR.1"; a rule that finds
	// several things in a resource names the thing in brackets.
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// Acknowledgement is a rule that a resource does not follow for a reason.
type Acknowledgement struct {
	Stack    string `json:"stack"`
	Resource string `json:"resource"`
	Rule     string `json:"rule"`
	Reason   string `json:"reason"`
}

// Report is what was found, with and without a reason.
type Report struct {
	// Open are the findings that nobody acknowledged.
	Open []Finding `json:"open"`
	// Acknowledged are the others with their reasons.
	Acknowledged []Acknowledged `json:"acknowledged"`
	// Stale are the acknowledgements that no finding matches in any stack, one
	// resource for each rule and reason.
	Stale []Acknowledgement `json:"stale"`
}

// Acknowledged is a finding with the reason for it.
type Acknowledged struct {
	Finding
	Reason string `json:"reason"`
}

// Acknowledgements returns what a stack's resources acknowledge, by resource and rule.
func Acknowledgements(s *assembly.Stack) []Acknowledgement {
	var all []Acknowledgement
	for _, r := range s.Resources {
		reasons, _ := r.Metadata[role.AcknowledgedKey].(map[string]any)
		for _, rule := range slices.Sorted(maps.Keys(reasons)) {
			reason, _ := reasons[rule].(string)
			all = append(all, Acknowledgement{s.Name, r.ID, rule, reason})
		}
	}
	return all
}

// Match sets findings against the acknowledgements of an assembly. A finding in a
// policy may be acknowledged on the role that it belongs to: the CDK makes such a
// policy at the first grant, when the construct that knows the reason has long been
// defined.
func Match(a *assembly.Assembly, found []Finding) Report {
	type line struct{ rule, reason string }
	used := map[line]bool{}
	example := map[line]Acknowledgement{}
	by := map[string]map[string][]Acknowledgement{}
	for _, s := range a.Stacks {
		by[s.Name] = map[string][]Acknowledgement{}
		for _, k := range Acknowledgements(s) {
			by[s.Name][k.Resource] = append(by[s.Name][k.Resource], k)
			if l := (line{k.Rule, k.Reason}); example[l].Rule == "" {
				example[l] = k
			}
		}
	}
	var r Report
	for _, f := range found {
		k, ok := acknowledgement(a, by[f.Stack], f)
		if !ok {
			r.Open = append(r.Open, f)
			continue
		}
		used[line{k.Rule, k.Reason}] = true
		r.Acknowledged = append(r.Acknowledged, Acknowledged{f, k.Reason})
	}
	for l, k := range example {
		if !used[l] {
			r.Stale = append(r.Stale, k)
		}
	}
	slices.SortFunc(r.Stale, func(x, y Acknowledgement) int {
		return cmp.Or(cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Reason, y.Reason))
	})
	return r
}

func acknowledgement(a *assembly.Assembly, by map[string][]Acknowledgement, f Finding) (Acknowledgement, bool) {
	places := []string{f.Resource}
	if s, ok := a.Stack(f.Stack); ok {
		if r, ok := s.Resource(f.Resource); ok && (r.Type == "AWS::IAM::Policy" || r.Type == "AWS::IAM::ManagedPolicy") {
			for _, owner := range s.Mentions(r, "Roles") {
				places = append(places, owner.ID)
			}
		}
	}
	for _, place := range places {
		for _, k := range by[place] {
			if matches(k.Rule, f.Rule) {
				return k, true
			}
		}
	}
	return Acknowledgement{}, false
}

// matches reports whether an acknowledged rule is the one found. Each ellipsis stands
// for any text: what a rule found may hold a logical id, which the code cannot know.
func matches(acknowledged, found string) bool {
	parts := strings.Split(acknowledged, "…")
	rest, ok := strings.CutPrefix(found, parts[0])
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
