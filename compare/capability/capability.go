// Package capability says what the front door of a stack can do: what its
// template switches on, joined with what AWS offers and limits.
package capability

import (
	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/compare/facts"
	"fulcrum/design/catalogue"
	"fulcrum/design/role"
)

// Mark says at a glance whether a stack has a capability.
type Mark string

// The marks.
const (
	Yes     Mark = "yes"     // the stack has it
	Offered Mark = "offered" // AWS offers it, and the stack does not use it
	No      Mark = "no"      // not to be had here
	Unknown Mark = "unknown"
)

// Row is one capability over all stacks compared.
type Row struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Cells are in the order of the stacks.
	Cells []Cell `json:"cells"`
}

// Cell is a stack's answer, with the figure that limits it.
type Cell struct {
	Mark     Mark            `json:"mark"`
	Text     string          `json:"text"`
	Evidence []evidence.Item `json:"evidence,omitempty"`
}

// Of returns the capability rows of stacks, leaving out rows that say nothing
// about any of them.
func Of(stacks []*assembly.Stack, book *facts.Book) []Row {
	doors := make([]*door, len(stacks))
	for i, s := range stacks {
		doors[i] = newDoor(s, book)
	}
	var table []Row
	for _, r := range rows {
		row := Row{ID: r.id, Title: r.title}
		known := false
		for _, d := range doors {
			c := r.cell(d)
			known = known || c.Mark != Unknown
			row.Cells = append(row.Cells, c)
		}
		if known {
			table = append(table, row)
		}
	}
	return table
}

// Need is one of the design's needs, and which stacks cannot serve it.
type Need struct {
	ID      string `json:"id"`
	Meaning string `json:"meaning"`
	// Cells are in the order of the stacks.
	Cells []Cell `json:"cells"`
}

// Needs says for each need whether each stack serves it.
func Needs(stacks []*assembly.Stack, needs []string) []Need {
	var out []Need
	for _, id := range needs {
		known, _ := catalogue.FindNeed(id)
		n := Need{ID: id, Meaning: known.Meaning}
		for _, s := range stacks {
			n.Cells = append(n.Cells, serves(s, id))
		}
		out = append(out, n)
	}
	return out
}

func serves(s *assembly.Stack, need string) Cell {
	if len(s.Blueprint) == 0 {
		return Cell{Mark: Unknown, Text: "not known: the stack names no blueprint"}
	}
	blueprint := catalogue.Baseline().On(s.Blueprint)
	for _, c := range catalogue.Check(blueprint, []string{need}) {
		if c.By == (catalogue.Choice{}) {
			return Cell{Mark: No, Text: c.Lack.Reason, Evidence: []evidence.Item{{
				Claim: c.With.String() + " lacks " + need, Source: c.Lack.Source, Confidence: facts.SourcedAWS,
			}}}
		}
	}
	return Cell{Mark: Yes, Text: "served"}
}

// door is the front door of a stack and what belongs to it.
type door struct {
	stack *assembly.Stack
	book  *facts.Book
	// main is the front door itself, nil if the stack has none.
	main *assembly.Resource
	// kind is the service's name among the facts: "http-api", "rest-api", "alb",
	// "websocket-api", "function-url"; empty if there is none or it is not known.
	kind string
}

// Kind returns the service's name of a front door among the facts, "http-api".
func Kind(r *assembly.Resource) string {
	switch r.Type {
	case "AWS::ApiGateway::RestApi":
		return "rest-api"
	case "AWS::ApiGatewayV2::Api":
		if r.Text("ProtocolType") == "WEBSOCKET" {
			return "websocket-api"
		}
		return "http-api"
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		if r.Text("Type") == "network" {
			return "nlb"
		}
		return "alb"
	case "AWS::Lambda::Url":
		return "function-url"
	}
	return ""
}

func newDoor(s *assembly.Stack, book *facts.Book) *door {
	d := &door{stack: s, book: book}
	for _, r := range s.OfRole(role.FrontDoor) {
		if k := Kind(r); k != "" {
			d.main, d.kind = r, k
			return d
		}
	}
	return d
}

// of returns the resources of a type that mention the front door, directly or
// through its listeners, or nil.
func (d *door) of(types ...string) []*assembly.Resource {
	var out []*assembly.Resource
	for _, r := range d.stack.OfType(types...) {
		if d.owns(r, 0) {
			out = append(out, r)
		}
	}
	return out
}

// one returns the first of those that of returns, or nil.
func (d *door) one(types ...string) *assembly.Resource {
	if all := d.of(types...); len(all) > 0 {
		return all[0]
	}
	return nil
}

func (d *door) owns(r *assembly.Resource, depth int) bool {
	for _, id := range r.Refers {
		if id == d.main.ID {
			return true
		}
		if next, ok := d.stack.Resource(id); ok && depth < 3 && next.Role == "" && d.owns(next, depth+1) {
			return true
		}
	}
	return false
}

// servedByFunction reports whether the door hands requests to a Lambda function.
func (d *door) servedByFunction() (*assembly.Resource, bool) {
	for _, r := range d.stack.Reached(d.main, false) {
		if r.Type == "AWS::Lambda::Function" && r.Role == role.Compute {
			return r, true
		}
	}
	return nil, false
}
