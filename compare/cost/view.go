package cost

import "fulcrum/compare/assembly"

// view is what of a demand a resource sees.
type view struct {
	// share is the part of the requests that its stack serves.
	share float64
	// behind is how far in it is.
	behind depth
}

type depth uint8

const (
	first      depth = iota // whatever comes is seen
	pastEdge                // what the edge does not answer
	pastCaches              // what the cache before the store does not answer either
)

// viewOf returns what of a demand a resource sees. A copy of a table sees every
// write, wherever it was made, and the one user pool everybody who signs in.
func (c *context) viewOf(r *assembly.Resource) view {
	v := view{share: c.stack.Share, behind: pastEdge}
	if len(r.List("Replicas")) > 1 || r.Type == "AWS::Cognito::UserPool" {
		v.share = 1
	}
	switch r.Type {
	case "AWS::CloudFront::Distribution", "AWS::Cognito::UserPool":
		v.behind = first
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::KMS::Key":
		v.behind = pastCaches
	}
	if v.behind == pastCaches && c.reads.cache == 0 {
		v.behind = pastEdge
	}
	if v.behind == pastEdge && c.reads.edge == 0 {
		v.behind = first
	}
	return v
}

// see returns what of a demand is seen in a view.
func (c *context) see(v view, d Demand) Demand {
	if v.share != 1 {
		d = d.WithRequests(d.Load.Requests * v.share)
	}
	switch v.behind {
	case pastEdge:
		return c.reads.behindEdge(d)
	case pastCaches:
		return c.reads.behindCache(d)
	}
	return d
}

// glance works out each view of one demand once.
type glance struct {
	demand Demand
	seen   map[seenFrom]Demand
}

type seenFrom struct {
	in   *context
	view view
}

// of returns what a resource sees of the demand.
func (g *glance) of(p part) Demand {
	if p.view == (view{share: 1}) {
		return g.demand
	}
	key := seenFrom{p.in, p.view}
	d, ok := g.seen[key]
	if !ok {
		if g.seen == nil {
			g.seen = map[seenFrom]Demand{}
		}
		d = p.in.see(p.view, g.demand)
		g.seen[key] = d
	}
	return d
}
