// Package assembly reads a cloud assembly (a cdk.out directory) that any CDK app
// wrote: its stacks, their resources and what each of them refers to. It needs
// neither the CDK nor an account.
package assembly

import (
	"slices"
	"strings"

	"fulcrum/design/role"
)

// Assembly is a cdk.out that has been read.
type Assembly struct {
	// Dir is the directory it was read from.
	Dir string
	// Stacks are in the order of their names, nested assemblies included.
	Stacks []*Stack
}

// Stack is one stack: its template, and what Fulcrum noted in it.
type Stack struct {
	// Name is the stack's name, "FrontDoor-Alb".
	Name string
	// File is the template's path inside the assembly, Bytes its size.
	File  string
	Bytes int
	// Region is where the stack goes; empty where the assembly leaves it open.
	Region string
	// System, TradeOff, Option and Varies are empty in a stack that Fulcrum did
	// not write. TradeOff is empty in a baseline and a chosen stack too.
	System, TradeOff, Option, Varies string
	// Part is which of an option's stacks it is, "edge", and Of the name of the main
	// one; both are empty in that one and in every stack that stands alone.
	Part, Of string
	// Share is the part of the requests that the stack is there to serve, where it
	// serves some: 1, or less where another Region serves the rest.
	Share float64
	// Parts are the stacks that a whole one was put together from, the main one
	// first; see Assembly.Whole.
	Parts []*Stack
	// Ground and Blueprint hold an option for each trade-off they name.
	Ground, Blueprint map[string]string
	// Template is the template as decoded from JSON.
	Template map[string]any
	// Resources are sorted by ID. Those of a nested stack have the nested
	// stack's ID and a slash before their own.
	Resources []*Resource

	found *index
}

// Resource is one resource of a template.
type Resource struct {
	// ID is the logical id, Type the CloudFormation type.
	ID, Type string
	// Role is what the resource does in the workload: read from its metadata, or
	// inferred from its type. Empty for what only helps another resource.
	Role role.Role
	// Declared is true for a role read from the template.
	Declared bool
	// About holds the attributes beside the role, for example "service".
	About map[string]any
	// Properties are as in the template, with references to parameters replaced
	// by the parameters' defaults.
	Properties map[string]any
	// Metadata is the template's, for example "aws:cdk:path".
	Metadata map[string]any
	// Region is where the resource is, if it is of another part than the main one.
	Region string
	// DeletionPolicy is "Retain", "Delete", "Snapshot" or empty.
	DeletionPolicy string
	// Refers holds the IDs of the resources that this one mentions, sorted.
	Refers []string
}

// Stack returns the stack of that name.
func (a *Assembly) Stack(name string) (*Stack, bool) {
	for _, s := range a.Stacks {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// Names returns the names of all stacks.
func (a *Assembly) Names() []string {
	names := make([]string, len(a.Stacks))
	for i, s := range a.Stacks {
		names[i] = s.Name
	}
	return names
}

// Resource returns the resource with that logical id.
func (s *Stack) Resource(id string) (*Resource, bool) {
	if s.found == nil {
		return nil, false
	}
	r, ok := s.found.byID[id]
	return r, ok
}

// OfType returns the resources of any of the types.
func (s *Stack) OfType(types ...string) []*Resource {
	among := s.Resources
	if len(types) == 1 && s.found != nil {
		among = s.found.byType[types[0]]
	}
	return where(among, func(r *Resource) bool { return slices.Contains(types, r.Type) })
}

// OfRole returns the resources of any of the roles.
func (s *Stack) OfRole(roles ...role.Role) []*Resource {
	return where(s.Resources, func(r *Resource) bool { return slices.Contains(roles, r.Role) })
}

// RefersTo returns the resources that mention id.
func (s *Stack) RefersTo(id string) []*Resource {
	if s.found == nil {
		return nil
	}
	return slices.Clone(s.found.referrers[id])
}

func where(list []*Resource, keep func(*Resource) bool) []*Resource {
	var out []*Resource
	for _, r := range list {
		if keep(r) {
			out = append(out, r)
		}
	}
	return out
}

// Service returns the service a resource belongs to, "notification"; empty where
// the template does not say.
func (r *Resource) Service() string { return r.text("service") }

// DataClass returns the class of the data a resource keeps, "bookings"; empty
// where the template does not say.
func (r *Resource) DataClass() string { return r.text("data-class") }

// Events returns the events that a rule selects.
func (r *Resource) Events() []string {
	list, _ := r.About["events"].([]any)
	var events []string
	for _, e := range list {
		if name, ok := e.(string); ok {
			events = append(events, name)
		}
	}
	return events
}

func (r *Resource) text(attribute string) string {
	s, _ := r.About[attribute].(string)
	return s
}

// Path returns the place of a value of the resource in its template,
// "Resources/Api/Properties/Timeout".
func (r *Resource) Path(keys ...string) string {
	path := "Resources/" + r.ID
	if len(keys) > 0 {
		path += "/Properties/" + strings.Join(keys, "/")
	}
	return path
}
