package design

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"fulcrum/design/catalogue"
)

// Names, by what they name.
var (
	word   = text("a name in lower case", `^[a-z][a-z0-9]*(-[a-z0-9]+){0,7}$`, "read-models")
	title  = text("a name of words", `^[A-Z][A-Za-z0-9]{0,31}( [A-Za-z0-9]{1,31}){0,3}$`, "Seat Reserved")
	camel  = text("a name in camel case", `^[a-z][A-Za-z0-9]{0,63}$`, "dinnerId")
	note   = text("a note of up to 200 characters", `^[^\x00-\x1f]{1,200}$`, "Confirm Number")
	access = text("public or a scope", `^(public|[a-z][a-z0-9-]{0,31}/[a-z][a-z0-9-]{0,31})$`, "dinner/guest")
	region = oneOf("Region", regions...)
	needs  = set("needs", "[static-content]", oneOf("need", catalogue.NeedIDs()...))
)

// fields are values by name, of a body, an event or an entity.
var fields = named("the fields", camel, field, func(f *Field) *string { return &f.Name })

var field = object("a field",
	required("type", "kind of value", oneOf("type", "string", "integer", "boolean", "time", "id", "ids"), func(f *Field) *string { return &f.Type }),
	optional("optional", "whether it may be missing", boolean, func(f *Field) *bool { return &f.Optional }),
	optional("personal", "whether it says who somebody is", boolean, func(f *Field) *bool { return &f.Personal }),
	optional("min", "least value, length or number", pointer(whole(nil, -1e9, 1e9)), func(f *Field) **int { return &f.Min }),
	optional("max", "greatest value, length or number", pointer(whole(nil, -1e9, 1e9)), func(f *Field) **int { return &f.Max }),
	optional("one-of", "the only values a string may have", set("values", "[open, confirmed]", note), func(f *Field) *[]string { return &f.OneOf }),
)

// routePattern is a method and a path of up to 12 segments, some of them {parameters}.
const routePattern = `^(GET|POST|PUT|PATCH|DELETE) (/([a-z0-9][a-z0-9-]{0,63}|\{[a-z][A-Za-z0-9]{0,63}\})){1,12}$`

// route is where a command or a query is served.
var route = func() shape[Route] {
	written := text("a method and a path", routePattern, "POST /dinners/{dinnerId}/reservations")
	return shape[Route]{
		read: func(r *reader, n ast.Node, into *Route) {
			var s string
			written.read(r, n, &s)
			into.Method, into.Path, _ = strings.Cut(s, " ")
		},
		schema: written.schema,
	}
}()

var capacity = object("the capacity",
	required("users", "monthly active users", object("the users",
		required("low", "users at the low end", number(1, 1e10), func(u *[3]float64) *float64 { return &u[Low] }),
		required("base", "users expected", number(1, 1e10), func(u *[3]float64) *float64 { return &u[Base] }),
		required("peak", "users at the high end", number(1, 1e10), func(u *[3]float64) *float64 { return &u[Peak] }),
	), func(c *Capacity) *[3]float64 { return &c.Users }),
	required("operations", "demand for each command and query, by name", operations, func(c *Capacity) *Capacity { return c }),
	required("peak-factor", "the busiest second's rate over the month's mean rate", number(1, 1e4), func(c *Capacity) *float64 { return &c.PeakFactor }),
	required("growth", "growth of the load in a year, 20 %", quantity(percent, 0, 10), func(c *Capacity) *float64 { return &c.GrowthPerYear }),
	required("hot-share", "share of the items that serves most reads, 20 %", quantity(percent, 0.0001, 1), func(c *Capacity) *float64 { return &c.HotShare }),
	required("service-time", "assumed mean time a call keeps its execution, 40 ms", quantity(milliseconds, 0.01, 900e3), func(c *Capacity) *float64 { return &c.ServiceMs }),
	required("consumer-time", "assumed mean time a consumer needs for one event, 30 ms", quantity(milliseconds, 0.01, 900e3), func(c *Capacity) *float64 { return &c.ConsumerMs }),
	required("session", "how long a client keeps its connection open, 6 min", quantity(seconds, 1, 24*3600), func(c *Capacity) *float64 { return &c.SessionSeconds }),
	required("calls-per-session", "calls a client makes over one connection", number(1, 1e6), func(c *Capacity) *float64 { return &c.CallsPerSession }),
	required("log", "what a call or a handled event writes to the log, 1 KB", quantity(sizes, 0, 1e6), func(c *Capacity) *float64 { return &c.LogBytes }),
	required("idempotency", "answers kept so that a repeated command is done once", object("the idempotency keys",
		required("keep", "how long an answer is kept, 24 h", quantity(hours, 1, 24*30), func(c *Capacity) *float64 { return &c.IdempotencyHours }),
		required("item", "mean size of a kept answer, 300 B", quantity(sizes, 1, dynamoItem), func(c *Capacity) *float64 { return &c.IdempotencyBytes }),
	), func(c *Capacity) *Capacity { return c }),
)

// demand is one entry of the capacity's operations.
type demand struct {
	name    string
	calls   float64
	payload Payload
}

// operations reads the demand for each operation into the capacity's maps.
var operations = func() shape[Capacity] {
	entries := named("the operations", title, object("an operation's demand",
		required("calls", "calls of one user in a month", number(0, 1e6), func(d *demand) *float64 { return &d.calls }),
		required("request", "mean size of the request with its headers, 1 KB", quantity(sizes, 0, 1e9), func(d *demand) *float64 { return &d.payload.RequestBytes }),
		required("response", "mean size of the response with its headers, 4 KB", quantity(sizes, 0, 1e9), func(d *demand) *float64 { return &d.payload.ResponseBytes }),
	), func(d *demand) *string { return &d.name })
	return shape[Capacity]{
		read: func(r *reader, n ast.Node, into *Capacity) {
			r.places[&into.Actions] = n
			into.Actions, into.Payloads = map[string]float64{}, map[string]Payload{}
			var demands []demand
			entries.read(r, n, &demands)
			for i, d := range demands {
				if d.name != "" {
					r.places[entry{&into.Actions, d.name}] = r.places[&demands[i].name]
					into.Actions[d.name], into.Payloads[d.name] = d.calls, d.payload
				}
			}
		},
		schema: entries.schema,
	}
}()

var serviceLevels = object("the service levels",
	required("availability", "share of requests answered in a month, 99.9 %", quantity(percent, 0.5, 0.99999), func(s *ServiceLevels) *float64 { return &s.Availability }),
	required("p95", "response time that 95 of 100 requests keep, 300 ms", quantity(milliseconds, 1, 900e3), func(s *ServiceLevels) *float64 { return &s.P95Ms }),
	required("p99", "response time that 99 of 100 requests keep, 800 ms", quantity(milliseconds, 1, 900e3), func(s *ServiceLevels) *float64 { return &s.P99Ms }),
)

// choices are options by trade-off, both from the catalogue.
var choices = shape[map[string]string]{
	read: func(r *reader, n ast.Node, into *map[string]string) {
		*into = map[string]string{}
		for _, e := range r.entries(n, "the choices", "front-door: http-api") {
			t, ok := catalogue.Find(e.name)
			if !ok {
				r.report(e.key, allowed("trade-offs", e.name, catalogue.IDs()), "unknown trade-off %s", quoted(e.name))
				continue
			}
			option, ok := scalar(e.value)
			if !ok {
				r.wrongKind(e.value, "an option of "+t.ID, t.Baseline().ID)
				continue
			}
			if _, ok := t.Option(option); !ok {
				r.report(e.value, allowed("options", option, t.OptionIDs()), "unknown option %s for trade-off %s", quoted(option), t.ID)
				continue
			}
			(*into)[t.ID] = option
		}
	},
	schema: func() map[string]any {
		properties := map[string]any{}
		for _, t := range catalogue.TradeOffs {
			properties[t.ID] = map[string]any{"enum": t.OptionIDs(), "description": t.Question}
		}
		return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	},
}
