package design

// This file and format_parts.go say how a design is written. The reader and the
// JSON Schema both follow from them.

// format is the whole file.
var format = object("the design",
	required("system", "name of the system, one word",
		text("a name of one word", `^[A-Z][A-Za-z0-9]{0,23}$`, "Dinner"), func(d *Design) *string { return &d.System }),
	required("region", "AWS Region the system runs in", region, func(d *Design) *string { return &d.Region }),
	optional("regions", "other Regions that options in several Regions may use, the preferred first",
		set("Regions", "[eu-central-1]", region), func(d *Design) *[]string { return &d.Regions }),
	optional("perimeter", "who is let in by the options that keep others out", perimeter, func(d *Design) *Perimeter { return &d.Perimeter }),
	required("subdomains", "parts of the business, by name",
		named("the subdomains", word, subdomain, func(s *Subdomain) *string { return &s.Name }),
		func(d *Design) *[]Subdomain { return &d.Subdomains }),
	required("clients", "kinds of program that call the system, by name",
		named("the clients", word, client, func(c *Client) *string { return &c.Name }),
		func(d *Design) *[]Client { return &d.Clients }),
	required("data-classes", "data that is keyed, kept and erased alike, by name",
		named("the data classes", word, dataClass, func(c *DataClass) *string { return &c.Name }),
		func(d *Design) *[]DataClass { return &d.DataClasses }),
	required("aggregates", "consistency boundaries, by name",
		named("the aggregates", title, aggregate, func(a *Aggregate) *string { return &a.Name }),
		func(d *Design) *[]Aggregate { return &d.Aggregates }),
	required("process", "the process model: actor, command, system, events",
		list("steps", "- actor: Guest", step), func(d *Design) *[]Step { return &d.Process }),
	required("queries", "what is read of the system",
		list("queries", "- actor: Guest", query), func(d *Design) *[]Query { return &d.Queries }),
	required("consumers", "services that handle events, by name",
		named("the consumers", word, consumer, func(c *Consumer) *string { return &c.Name }),
		func(d *Design) *[]Consumer { return &d.Consumers }),
	optional("events-kept", "events that nobody consumes and that are published all the same",
		set("events", "[Dinner Created]", title), func(d *Design) *[]string { return &d.EventsKept }),
	required("capacity", "the demand the system must carry", capacity, func(d *Design) *Capacity { return &d.Capacity }),
	required("service-levels", "what the system promises its users",
		serviceLevels, func(d *Design) *ServiceLevels { return &d.ServiceLevels }),
	optional("needs", "capabilities the system cannot do without", needs, func(d *Design) *[]string { return &d.Needs }),
	optional("choices", "the chosen option of each trade-off that is not left at the baseline",
		choices, func(d *Design) *map[string]string { return &d.Choices }),
)

var perimeter = object("the perimeter",
	optional("addresses", "the only addresses let in, as ranges; default all",
		set("ranges of addresses", "[192.0.2.0/24]", text("a range of addresses", `^[0-9a-f.:]{2,39}/[0-9]{1,3}$`, "192.0.2.0/24")),
		func(p *Perimeter) *[]string { return &p.Addresses }),
	optional("countries", "the only countries let in, as ISO 3166 codes; default all",
		set("countries", "[IE, DE]", text("a country code of two capital letters", `^[A-Z]{2}$`, "IE")),
		func(p *Perimeter) *[]string { return &p.Countries }),
)

var subdomain = object("a subdomain",
	required("kind", "core (earns the money), supporting, or generic (a solved problem)",
		oneOf("kind", "core", "supporting", "generic"), func(s *Subdomain) *string { return &s.Kind }),
	required("services", "services that serve it", set("services", "[dinner, reservation]", word),
		func(s *Subdomain) *[]string { return &s.Services }),
)

var client = object("a client",
	optional("origin", "web origin that a browser client is served from",
		text("a web origin", `^https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$`, "https://dinner.example.com"),
		func(c *Client) *string { return &c.Origin }),
)

var dataClass = object("a data class",
	required("personal", "whether it says who somebody is", boolean, func(c *DataClass) *bool { return &c.Personal }),
	required("residency", "Regions the data may rest in", set("Regions", "[eu-west-1]", region),
		func(c *DataClass) *[]string { return &c.Residency }),
	required("retention", "how long it is kept, 730 days", whole(days, 1, 100*365), func(c *DataClass) *int { return &c.RetentionDays }),
	optional("tier-after", "when stored objects move to a colder class, 90 days; what people store stays where it is if left out",
		whole(days, 1, 100*365), func(c *DataClass) *int { return &c.TierAfterDays }),
	optional("restore-within", "how long a reader may wait for an old object, 12 h; not at all if left out",
		whole(hours, 1, 48), func(c *DataClass) *int { return &c.RestoreHours }),
	required("erasure", "when it is erased",
		oneOf("erasure", "on-request", "on-expiry", "never"), func(c *DataClass) *string { return &c.Erasure }),
)

var aggregate = object("an aggregate",
	required("service", "service that owns it", word, func(a *Aggregate) *string { return &a.Service }),
	required("data-class", "data class it is kept in", word, func(a *Aggregate) *string { return &a.DataClass }),
	required("item", "mean stored size of one item, 2 KB",
		quantity(sizes, 1, dynamoItem), func(a *Aggregate) *float64 { return &a.ItemBytes }),
	required("read-for", "how long an item is read after it was written, 30 days",
		quantity(days, 1, 100*365), func(a *Aggregate) *float64 { return &a.ReadDays }),
	required("entities", "things with identity, by name, with their fields",
		named("the entities", title, inside(fields, func(e *Entity) *[]Field { return &e.Fields }), func(e *Entity) *string { return &e.Name }),
		func(a *Aggregate) *[]Entity { return &a.Entities }),
)

// dynamoItem is the largest item, in bytes, that a table takes: Amazon DynamoDB
// developer guide, "Quotas in Amazon DynamoDB".
const dynamoItem = 400 * 1024

var step = object("a step",
	required("actor", "who gives the command", title, func(s *Step) *string { return &s.Actor }),
	required("command", "what is asked for", title, func(s *Step) *string { return &s.Command }),
	required("system", "the system that is asked", title, func(s *Step) *string { return &s.System }),
	required("service", "service that handles the command", word, func(s *Step) *string { return &s.Service }),
	required("aggregate", "aggregate that the command changes", title, func(s *Step) *string { return &s.Aggregate }),
	required("route", "method and path, POST /dinners/{dinnerId}/reservations", route, func(s *Step) *Route { return &s.Route }),
	required("access", "public, or the scope that the caller's token must hold", access, func(s *Step) *string { return &s.Route.Scope }),
	optional("body", "fields of the request's body, by name", fields, func(s *Step) *[]Field { return &s.Body }),
	optional("reads", "mean number of the aggregate's items that a call reads; default 1", number(0, 1e4), func(s *Step) *float64 { return &s.ItemsRead }),
	optional("writes", "mean number of the aggregate's items that a call writes; default 1", number(0, 100), func(s *Step) *float64 { return &s.ItemsWritten }),
	optional("adds", "what a call adds, on average, to what is kept; default 0 B", quantity(sizes, 0, 100e6), func(s *Step) *float64 { return &s.AddsBytes }),
	required("events", "domain events that the command raises, by name",
		named("the events", title, event, func(e *Event) *string { return &e.Name }), func(s *Step) *[]Event { return &s.Events }),
	optional("opportunity", "what follows from it, for the business", note, func(s *Step) *string { return &s.Opportunity }),
	optional("hot-spot", "what is open or in dispute", note, func(s *Step) *string { return &s.HotSpot }),
).defaults(func(s *Step) { s.ItemsRead, s.ItemsWritten = 1, 1 })

var event = object("an event",
	optional("share", "mean number of it that one successful call raises; needed where the command has several events, else 100 %",
		quantity(percent, 0.0001, 1), func(e *Event) *float64 { return &e.Share }),
	required("size", "mean size in its envelope, 700 B", quantity(sizes, 1, 256*1024), func(e *Event) *float64 { return &e.Bytes }),
	optional("contract", "version of the shape of its data; default 1", whole(nil, 1, 1000), func(e *Event) *int { return &e.Contract }),
	required("fields", "the data it carries, by name", fields, func(e *Event) *[]Field { return &e.Fields }),
).defaults(func(e *Event) { e.Contract = 1 })

var query = object("a query",
	required("actor", "who asks", title, func(q *Query) *string { return &q.Actor }),
	required("query", "what is asked", title, func(q *Query) *string { return &q.Name }),
	required("service", "service that answers", word, func(q *Query) *string { return &q.Service }),
	optional("aggregate", "aggregate that is read; or read-model", title, func(q *Query) *string { return &q.Aggregate }),
	optional("read-model", "consumer whose read model is read; or aggregate", word, func(q *Query) *string { return &q.ReadModel }),
	required("route", "method and path, GET /dinners/{dinnerId}", route, func(q *Query) *Route { return &q.Route }),
	required("access", "public, or the scope that the caller's token must hold", access, func(q *Query) *string { return &q.Route.Scope }),
	required("consistency", "eventual, or strong: an answer that has every write acknowledged before",
		oneOf("consistency", "eventual", "strong"), func(q *Query) *string { return &q.Consistency }),
	required("items", "mean number of items that a call reads", number(0, 1e4), func(q *Query) *float64 { return &q.ItemsRead }),
)

var consumer = object("a consumer",
	required("events", "events it handles", set("events", "[Seat Reserved]", title), func(c *Consumer) *[]string { return &c.Events }),
	required("item", "mean stored size of one item of its read model, 500 B", quantity(sizes, 1, dynamoItem), func(c *Consumer) *float64 { return &c.ItemBytes }),
	required("writes", "mean number of items written for one event", number(0, 1e4), func(c *Consumer) *float64 { return &c.ItemsWritten }),
	required("adds", "what one event adds, on average, to what the read model keeps", quantity(sizes, 0, 100e6), func(c *Consumer) *float64 { return &c.AddsBytes }),
	required("read-for", "how long an item is read after it was written, 30 days", quantity(days, 1, 100*365), func(c *Consumer) *float64 { return &c.ReadDays }),
)
