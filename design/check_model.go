package design

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// checkOperations holds commands and queries against the aggregates and against
// one another.
func (r *reader) checkOperations(d *Design) {
	var aggregates, readModels []string
	for _, a := range d.Aggregates {
		aggregates = append(aggregates, a.Name)
	}
	for _, c := range d.Consumers {
		readModels = append(readModels, c.Name)
	}
	if r.has(&d.Process) && len(d.Process) == 0 {
		r.problemAt(&d.Process, "give at least one step: actor, command, events", "the process has no step")
	}
	seen := map[string]bool{}
	for i := range d.Process {
		s := &d.Process[i]
		r.unique(seen, &s.Command, "operation")
		r.known(&s.Aggregate, "aggregate", "aggregates", aggregates)
		r.checkFields(s.Body, DataClass{})
		if s.Route.Method == http.MethodDelete && len(s.Body) > 0 {
			r.problemAt(&s.Body, "put it into the path, or use POST", "a DELETE carries no body")
		}
		if s.Route.Method == http.MethodGet {
			r.problemAt(&s.Route, "allowed: POST, PUT, PATCH, DELETE", "a command changes something and is served by GET")
		}
		for j := range s.Events {
			if e := &s.Events[j]; len(s.Events) > 1 && e.Name != "" && !r.has(&e.Share) {
				r.problemAt(&e.Name, "share: 10 %, the mean number of it that one call raises", "event %s has no share, and its command has several events", quoted(e.Name))
			}
		}
		if r.has(&s.Events) && s.Events != nil && len(s.Events) == 0 {
			r.problemAt(&s.Events, "name at least one event that the command raises", "the command raises no event")
		}
	}
	for i := range d.Queries {
		q := &d.Queries[i]
		r.unique(seen, &q.Name, "operation")
		r.known(&q.Aggregate, "aggregate", "aggregates", aggregates)
		r.known(&q.ReadModel, "read model", "consumers", readModels)
		if r.has(&q.ReadModel) && q.Consistency == "strong" {
			r.problemAt(&q.Consistency, "let it be eventual, or read an aggregate", "the query %s asks for a strong read of a read model, which follows the events and lags behind them whatever is asked", quoted(q.Name))
		}
		if r.has(&q.Aggregate) == r.has(&q.ReadModel) {
			r.problemAt(&q.Name, "name one of them, aggregate or read-model", "the query does not say which one thing it reads")
		}
		if q.Route.Method != http.MethodGet && q.Route.Method != "" {
			r.problemAt(&q.Route, "allowed: GET", "a query only reads and is served by %s", q.Route.Method)
		}
	}
}

// parameter is a {parameter} of a path.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// checkRoutes reports routes that a front door could not tell apart, and paths
// that it would not take.
func (r *reader) checkRoutes(d *Design) {
	alike := map[string]string{"GET /health": "the health check, which every system has"}
	names := map[string]string{} // the parameter's name after each prefix
	for _, o := range d.routes() {
		if o.route.Path == "" {
			continue
		}
		shape := o.route.Method + " " + parameter.ReplaceAllString(o.route.Path, "{}")
		if other, ok := alike[shape]; ok {
			r.problemAt(o.route, "give it a path or a method of its own", "route of %s is that of %s", o.name, other)
		}
		alike[shape] = o.name
		seen := map[string]bool{}
		prefix := ""
		for _, segment := range strings.Split(o.route.Path[1:], "/") {
			if !parameter.MatchString(segment) {
				prefix += "/" + segment
				continue
			}
			if seen[segment] {
				r.problemAt(o.route, "name each parameter once", "path parameter %s is there twice", segment)
			}
			seen[segment] = true
			// API Gateway has one child with a parameter below a resource.
			if other, ok := names[prefix]; ok && other != segment {
				r.problemAt(o.route, "use "+other+" here too", "path parameter %s is called %s in another route", segment, other)
			} else {
				names[prefix] = segment
			}
			prefix += "/{}"
		}
	}
}

// routed is the route of an operation.
type routed struct {
	name  string
	route *Route
}

func (d *Design) routes() []routed {
	var all []routed
	for i := range d.Process {
		all = append(all, routed{d.Process[i].Command, &d.Process[i].Route})
	}
	for i := range d.Queries {
		all = append(all, routed{d.Queries[i].Name, &d.Queries[i].Route})
	}
	return all
}

// checkEvents holds events and their consumers against each other.
func (r *reader) checkEvents(d *Design) {
	var events []string
	seen := map[string]bool{}
	class := d.DataClass(Events)
	for i := range d.Process {
		for j := range d.Process[i].Events {
			e := &d.Process[i].Events[j]
			r.unique(seen, &e.Name, "event")
			r.checkFields(e.Fields, class)
			events = append(events, e.Name)
		}
	}
	consumed := map[string]string{}
	for i := range d.Consumers {
		c := &d.Consumers[i]
		for j := range c.Events {
			r.known(&c.Events[j], "event", "events", events)
			consumed[c.Events[j]] = c.Name
		}
	}
	for i := range d.EventsKept {
		r.known(&d.EventsKept[i], "event", "events", events)
		if by := consumed[d.EventsKept[i]]; by != "" && d.EventsKept[i] != "" {
			r.problemAt(&d.EventsKept[i], "take it from events-kept", "event %s is listed as kept, and %s consumes it", quoted(d.EventsKept[i]), by)
		}
	}
	unread := func(events []string) bool { return events == nil || slices.Contains(events, "") }
	if !r.has(&d.Consumers) || r.has(&d.EventsKept) && unread(d.EventsKept) ||
		slices.ContainsFunc(d.Consumers, func(c Consumer) bool { return unread(c.Events) }) {
		return
	}
	for i := range d.Process {
		for j := range d.Process[i].Events {
			e := &d.Process[i].Events[j]
			if e.Name != "" && consumed[e.Name] == "" && !slices.Contains(d.EventsKept, e.Name) {
				r.problemAt(&e.Name, "add it to a consumer under consumers, or list it under events-kept", "event %s has no consumer", quoted(e.Name))
			}
		}
	}
}

// checkCapacity holds the demand against the operations.
func (r *reader) checkCapacity(d *Design) {
	c := &d.Capacity
	for column := Base; column <= Peak; column++ {
		if before := c.Users[column-1]; before > 0 && c.Users[column] > 0 && c.Users[column] < before {
			r.problemAt(&c.Users[column], "low, base and peak grow in this order", "%s users at %s are fewer than %s at %s", grouped(c.Users[column]), column, grouped(before), column-1)
		}
	}
	var operations []string
	for _, o := range d.Operations() {
		operations = append(operations, o.Name)
	}
	for name := range c.Actions {
		if place := (entry{&c.Actions, name}); !slices.Contains(operations, name) && !slices.Contains(operations, "") {
			r.problemAt(place, allowed("operations", name, operations), "capacity for an unknown operation %s", quoted(name))
		}
	}
	for _, o := range d.Operations() {
		if _, ok := c.Actions[o.Name]; !ok && o.Name != "" && c.Actions != nil {
			r.problemAt(&c.Actions, fmt.Sprintf("%s: {calls: 1, request: 1 KB, response: 1 KB}", o.Name), "no capacity for %s", quoted(o.Name))
		}
	}
}

// checkServiceLevels holds the allowances against each other.
func (r *reader) checkServiceLevels(d *Design) {
	if s := &d.ServiceLevels; s.P99Ms > 0 && s.P99Ms < s.P95Ms {
		r.problemAt(&s.P99Ms, "allowed: p95 and more", "p99 of %g ms is less than p95 of %g ms", s.P99Ms, s.P95Ms)
	}
}
