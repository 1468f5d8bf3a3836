package assembly

import (
	"cmp"
	"slices"
	"sync"
)

// index finds the resources of a stack without looking at all of them, so that what
// asks for the neighbours of every resource takes time in proportion to the stack.
type index struct {
	byID      map[string]*Resource
	byType    map[string][]*Resource
	referrers map[string][]*Resource
	// hops and mentions are worked out when somebody asks.
	hops     func() []Hop
	mentions sync.Map // of mention to []*Resource
}

// index sorts the resources, drops references to what is no resource, and makes the
// stack's index anew.
func (s *Stack) index() {
	slices.SortFunc(s.Resources, func(a, b *Resource) int { return cmp.Compare(a.ID, b.ID) })
	x := &index{byID: make(map[string]*Resource, len(s.Resources)), byType: map[string][]*Resource{}, referrers: map[string][]*Resource{}}
	for _, r := range s.Resources {
		x.byID[r.ID] = r
		x.byType[r.Type] = append(x.byType[r.Type], r)
	}
	for _, r := range s.Resources {
		r.Refers = slices.DeleteFunc(r.Refers, func(id string) bool { return x.byID[id] == nil })
		for _, id := range r.Refers {
			x.referrers[id] = append(x.referrers[id], r)
		}
	}
	x.hops = sync.OnceValue(s.findHops)
	s.found = x
}
