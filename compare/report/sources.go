package report

import (
	"cmp"
	"fmt"
	"slices"

	"fulcrum/compare"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

// Source is where facts were read.
type Source struct {
	// Number identifies it within one report.
	Number     int              `json:"number"`
	Name       string           `json:"name"`
	AsOf       string           `json:"as_of"`
	Confidence facts.Confidence `json:"confidence"`
}

// text returns the source on one line, without its number.
func (s Source) text() string {
	return fmt.Sprintf("%s, %s (%s)", s.Name, cmp.Or(s.AsOf, "undated"), s.Confidence)
}

// sources numbers the sources of a comparison, in the order of their names.
type sources struct {
	list       []Source
	numbers    map[sourceKey]int
	fromMemory bool
}

type sourceKey struct {
	name, asOf string
	confidence facts.Confidence
}

func newSources(c compare.Comparison) sources {
	s := sources{numbers: map[sourceKey]int{}}
	each(c, func(i evidence.Item) {
		if i.Source == "" {
			return
		}
		s.numbers[sourceKey{i.Source, i.AsOf, i.Confidence}] = 0
		s.fromMemory = s.fromMemory || i.FromMemory()
	})
	for k := range s.numbers {
		s.list = append(s.list, Source{Name: k.name, AsOf: k.asOf, Confidence: k.confidence})
	}
	slices.SortFunc(s.list, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.AsOf, b.AsOf), cmp.Compare(a.Confidence, b.Confidence))
	})
	for i := range s.list {
		x := &s.list[i]
		x.Number = i + 1
		s.numbers[sourceKey{x.Name, x.AsOf, x.Confidence}] = x.Number
	}
	return s
}

// number returns the source's number; 0 for what the template says.
func (s sources) number(i evidence.Item) int {
	return s.numbers[sourceKey{i.Source, i.AsOf, i.Confidence}]
}

// each visits all evidence of a comparison.
func each(c compare.Comparison, visit func(evidence.Item)) {
	all := func(items []evidence.Item) {
		for _, i := range items {
			visit(i)
		}
	}
	for _, t := range c.TradeOffs {
		for _, g := range TableOf(c, t).Groups {
			for _, r := range g.Rows {
				for _, cell := range r.Cells {
					all(cell.Evidence)
				}
			}
		}
	}
	for _, s := range c.Stacks {
		for _, i := range s.Cost[design.Base].Items {
			for _, l := range i.Lines {
				visit(evidence.Item{Source: l.Source, AsOf: l.AsOf, Confidence: l.Confidence})
			}
		}
		for _, l := range s.Limits.Limits {
			all(l.Evidence)
		}
		for _, l := range append(slices.Clone(s.Availability.Write.Links), s.Availability.Apart...) {
			all(l.Evidence)
		}
		for _, r := range s.Posture.AtRest {
			all(r.Evidence)
		}
		for _, h := range s.Posture.InTransit {
			all(h.Evidence)
		}
	}
}
