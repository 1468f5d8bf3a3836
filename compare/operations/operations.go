// Package operations measures what there is to operate: resources, permissions and
// the size of a template.
package operations

import (
	"cmp"
	"maps"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/posture"
)

// Size is how much a stack is to operate.
type Size struct {
	Resources     int  `json:"resources"`
	Types         int  `json:"types"`
	TemplateBytes int  `json:"template_bytes"`
	Statements    int  `json:"iam_statements"`
	Network       bool `json:"vpc"`
	// ByType counts resources, most frequent type first.
	ByType []Count `json:"by_type"`
}

// Count is how many resources have a type.
type Count struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

// Of measures a stack.
func Of(s *assembly.Stack) Size {
	counts := map[string]int{}
	for _, r := range s.Resources {
		counts[r.Type]++
	}
	size := Size{
		Resources: len(s.Resources), Types: len(counts), TemplateBytes: s.Bytes,
		Statements: len(posture.Statements(s)), Network: counts["AWS::EC2::VPC"] > 0,
	}
	for _, t := range slices.Sorted(maps.Keys(counts)) {
		size.ByType = append(size.ByType, Count{t, counts[t]})
	}
	slices.SortStableFunc(size.ByType, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return size
}
