package cost

import (
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// context is what pricing a resource needs to know of the rest of its stack. It is
// worked out once.
type context struct {
	stack *assembly.Stack
	// doors, computes and consumers count those that share the load where the
	// template does not say who takes which.
	doors, computes, consumers int
	// strong is true if programs read aggregates strongly whatever the design asks.
	strong        bool
	listenerRules int
	// reads are the caches that answers are kept in on their way.
	reads readCaches
	// toFunction holds the front doors that hand requests to a function.
	toFunction map[*assembly.Resource]bool
	// machines are the state machines, without a load.
	machines []Workflow
	// scheduled is how often a month rules call a resource by the clock.
	scheduled map[*assembly.Resource]float64
	// directKinds are the services that REST APIs are integrated with.
	directKinds []string
	// behind holds the front doors that clients reach through a distribution.
	behind map[*assembly.Resource]bool
}

func newContext(s *assembly.Stack) *context {
	c := &context{
		stack: s,
		doors: len(s.OfRole(role.FrontDoor)), computes: len(functionsOf(s, role.Compute)), consumers: len(functionsOf(s, role.Consumer)),
		listenerRules: len(s.OfType("AWS::ElasticLoadBalancingV2::ListenerRule")),
	}
	c.directKinds, c.machines, c.scheduled = directKinds(s), machines(s), scheduled(s)
	c.reads = newReadCaches(s)
	c.toFunction = map[*assembly.Resource]bool{}
	c.behind = map[*assembly.Resource]bool{}
	for _, door := range s.OfRole(role.FrontDoor) {
		c.behind[door] = len(s.Before(door)) > 0
		c.toFunction[door] = servedByFunction(s, door)
	}
	for _, r := range s.Resources {
		c.strong = c.strong || r.Setting("CONSISTENCY") == "strong"
	}
	return c
}

func functionsOf(s *assembly.Stack, r role.Role) []*assembly.Resource {
	return slices.DeleteFunc(s.OfType("AWS::Lambda::Function"), func(f *assembly.Resource) bool { return f.Role != r })
}

// requests is the number of requests that each of the front doors takes, those for
// the URLs of files and for the outcomes of commands included.
func (c *context) requests(d Demand) float64 { return c.calls(d) / float64(max(c.doors, 1)) }

// calls is the number of requests that compute takes.
func (c *context) calls(d Demand) float64 { return d.Load.Requests + c.urls(d) + c.asked(d) }

// n and w make inputs of numbers and words.
func n(f float64) price.Value { return price.Value{Number: f} }
func w(s string) price.Value  { return price.Value{Word: s} }
