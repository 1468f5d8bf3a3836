package availability

import (
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design/role"
)

// overRegions takes into account that one of several Regions is enough: the floor is
// what is left when all of them fail at once, 1 − Π(1 − floor of a Region). It counts
// failures of Regions as independent and the way to the other one as instant, which
// no agreement says. Where commands go to the home Region's copy of the store, that
// one must work whichever Region answers.
func (f *Floor) overRegions(s *assembly.Stack, book *facts.Book) {
	var doors []*assembly.Resource
	var regions []string
	for _, d := range s.OfRole(role.FrontDoor) {
		if region := in(s, d); !slices.Contains(regions, region) {
			doors, regions = append(doors, d), append(regions, region)
		}
	}
	if len(doors) < 2 {
		return
	}
	// The main part's, which is in the same Region as the first of its doors.
	slices.SortStableFunc(doors, func(a, b *assembly.Resource) int { return len(a.Region) - len(b.Region) })
	stores := s.OfType("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")
	stores = slices.DeleteFunc(stores, func(r *assembly.Resource) bool { return r.Role != role.Store })
	f.Read = f.anyOf(s, doors, stores, book, role.Workflow, role.Step)
	if !homebound(s) {
		f.Write = f.anyOf(s, doors, stores, book, role.Cache)
		return
	}
	f.Write = f.anyOf(s, doors, nil, book, role.Cache, role.Store)
	home := f.path(stores, book, nil)
	f.Write.Links = append(f.Write.Links, home.Links...)
	f.Write.Availability *= home.Availability
	f.Write.MinutesDown = (1 - f.Write.Availability) * MinutesPerMonth
}

// anyOf is the path through any of the doors, each of which needs the stores.
func (f *Floor) anyOf(s *assembly.Stack, doors, stores []*assembly.Resource, book *facts.Book, without ...role.Role) Path {
	var all Path
	down := 1.0
	for i, d := range doors {
		p := f.path(slices.Concat(s.Before(d), s.Reached(d, false), stores), book, without)
		down *= 1 - p.Availability
		region := Region{in(s, d), p.Availability}
		if i == 0 {
			all = p
		}
		all.Regions = append(all.Regions, region)
	}
	all.Availability = 1 - down
	all.MinutesDown = down * MinutesPerMonth
	return all
}

// homebound reports whether some program writes another Region's store than its own.
func homebound(s *assembly.Stack) bool {
	return slices.ContainsFunc(s.OfType("AWS::Lambda::Function"), func(r *assembly.Resource) bool {
		return r.Get("Environment", "Variables", "HOME_REGION") != nil
	})
}

// in is the Region that a resource of a whole stack is in.
func in(s *assembly.Stack, r *assembly.Resource) string {
	if r.Region != "" {
		return r.Region
	}
	return s.Region
}
