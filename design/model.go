package design

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/design/catalogue"
)

// Kind is what an operation does: change the system or read it.
type Kind string

// The kinds of operation.
const (
	CommandKind Kind = "command"
	QueryKind   Kind = "query"
)

// Operation is a command or a query: one call a client can make.
type Operation struct {
	Name, Actor, Service string
	Kind                 Kind
	// Aggregate or ReadModel is what it works on; the other one is empty.
	Aggregate, ReadModel string
	Route                Route
	// Body holds the fields of the request's body; a query has none.
	Body []Field
	// Consistency of its reads, "eventual" or "strong". A command reads strongly.
	Consistency string
	// ItemsRead and ItemsWritten are the mean numbers of items that one call reads
	// and writes, events and idempotency key not counted.
	ItemsRead, ItemsWritten float64
	// ItemBytes is the mean stored size of one such item.
	ItemBytes float64
	// AddsBytes is what one call adds, on average, to what is kept.
	AddsBytes float64
	// Events are those a command raises.
	Events []Event
}

// Operations returns the commands in the order of the process, then the queries.
func (d *Design) Operations() []Operation {
	var all []Operation
	for _, s := range d.Process {
		all = append(all, Operation{
			Name: s.Command, Actor: s.Actor, Service: s.Service, Kind: CommandKind,
			Aggregate: s.Aggregate, Route: s.Route, Body: s.Body, Consistency: "strong",
			ItemsRead: s.ItemsRead, ItemsWritten: s.ItemsWritten,
			ItemBytes: d.Aggregate(s.Aggregate).ItemBytes, AddsBytes: s.AddsBytes, Events: s.Events,
		})
	}
	for _, q := range d.Queries {
		bytes := d.Aggregate(q.Aggregate).ItemBytes
		if q.ReadModel != "" {
			bytes = d.Consumer(q.ReadModel).ItemBytes
		}
		all = append(all, Operation{
			Name: q.Name, Actor: q.Actor, Service: q.Service, Kind: QueryKind,
			Aggregate: q.Aggregate, ReadModel: q.ReadModel, Route: q.Route,
			Consistency: q.Consistency, ItemsRead: q.ItemsRead, ItemBytes: bytes,
		})
	}
	return all
}

// AllEvents returns the events of every step, in the order of the process.
func (d *Design) AllEvents() []Event {
	var all []Event
	for _, s := range d.Process {
		all = append(all, s.Events...)
	}
	return all
}

// EventSource returns what the bus says an event comes from, "dinner.reservation":
// the system and the service that raises it; "" for an unknown event.
func (d *Design) EventSource(event string) string {
	for _, e := range d.AllEvents() {
		if e.Name == event {
			return e.Source
		}
	}
	return ""
}

// ConsumersOf returns the consumers that handle an event, in the file's order.
func (d *Design) ConsumersOf(event string) []Consumer {
	var all []Consumer
	for _, c := range d.Consumers {
		if c.handles(event) {
			all = append(all, c)
		}
	}
	return all
}

// handles reports whether the consumer handles an event.
func (c Consumer) handles(event string) bool { return slices.Contains(c.Events, event) }

// Services returns every service, subdomain by subdomain.
func (d *Design) Services() []string {
	var all []string
	for _, s := range d.Subdomains {
		all = append(all, s.Services...)
	}
	return all
}

// DataClass returns the data class with a name, or the zero value.
func (d *Design) DataClass(name string) DataClass {
	return find(d.DataClasses, func(c DataClass) bool { return c.Name == name })
}

// Subdomain returns the subdomain that a service belongs to, or the zero value.
func (d *Design) Subdomain(service string) Subdomain {
	return find(d.Subdomains, func(s Subdomain) bool { return slices.Contains(s.Services, service) })
}

// Aggregate returns the aggregate with a name, or the zero value.
func (d *Design) Aggregate(name string) Aggregate {
	return find(d.Aggregates, func(a Aggregate) bool { return a.Name == name })
}

// Consumer returns the consumer with a name, or the zero value.
func (d *Design) Consumer(name string) Consumer {
	return find(d.Consumers, func(c Consumer) bool { return c.Name == name })
}

// holdsAggregates reports whether a data class keeps an aggregate.
func (d *Design) holdsAggregates(class string) bool {
	return slices.ContainsFunc(d.Aggregates, func(a Aggregate) bool { return a.DataClass == class })
}

// Scopes returns every scope that a route asks for, each once, in the order of
// the operations.
func (d *Design) Scopes() []string {
	var all []string
	for _, o := range d.Operations() {
		if s := o.Route.Scope; s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// Blueprint returns the chosen blueprint: the baseline with the design's choices.
func (d *Design) Blueprint() catalogue.Blueprint { return catalogue.Baseline().On(d.Choices).Settled() }

// Conflicts returns what the chosen blueprint cannot do for the design's needs, for
// its queries and for its own options, and what of the design it does not fit.
func (d *Design) Conflicts() []catalogue.Conflict {
	conflicts := append(catalogue.Check(d.Blueprint(), d.Needs), d.Misfits(d.Blueprint())...)
	if slices.Contains(d.Needs, strongReads) {
		return conflicts
	}
	for _, q := range d.Queries {
		if q.Consistency != "strong" {
			continue
		}
		for _, c := range catalogue.Check(d.Blueprint(), []string{strongReads}) {
			if c.Need == strongReads && c.By == (catalogue.Choice{}) {
				c.Instead[len(c.Instead)-1] = "let the query " + q.Name + " be eventual"
				conflicts = append(conflicts, c)
			}
		}
		break // one says it for all of them
	}
	return conflicts
}

// strongReads is the need of a query whose consistency is strong.
const strongReads = "strong-reads"

// Sealed returns the event as it is where personal texts are sealed: they are then
// of any length and form.
func (e Event) Sealed() Event {
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Personal && f.Type == "string" {
			f.Min, f.Max, f.OneOf = nil, nil, nil
		}
	}
	return e
}

// String returns the column's name in design.yaml.
func (c Column) String() string {
	if c < Low || c > Peak {
		return fmt.Sprintf("Column(%d)", int(c))
	}
	return [...]string{"low", "base", "peak"}[c]
}

// derive fills in what follows from other values.
func (d *Design) derive() {
	for i := range d.Process {
		s := &d.Process[i]
		s.Route.open()
		for j := range s.Events {
			e := &s.Events[j]
			e.Source = strings.ToLower(d.System) + "." + s.Service
			e.Aggregate = s.Aggregate
			if len(s.Events) == 1 && e.Share == 0 {
				e.Share = 1
			}
		}
	}
	for i := range d.Queries {
		d.Queries[i].Route.open()
	}
}

// open turns the access "public" into a public route.
func (r *Route) open() {
	if r.Scope == "public" {
		r.Public, r.Scope = true, ""
	}
}

// find returns the first that matches, or the zero value.
func find[T any](all []T, match func(T) bool) T {
	if i := slices.IndexFunc(all, match); i >= 0 {
		return all[i]
	}
	var none T
	return none
}
