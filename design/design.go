// Package design reads, checks and measures the description of a system:
// its subdomains, process model, aggregates, data classes, clients, capacity,
// service levels, needs and choices.
package design

// Design is a system as its owner describes it in design.yaml.
type Design struct {
	// System is the name of the system, for example "Dinner".
	System string
	// Region is where the system runs, for example "eu-west-1".
	Region string
	// Regions are the other Regions that it may use, the preferred first.
	Regions       []string
	Perimeter     Perimeter
	Subdomains    []Subdomain
	Clients       []Client
	DataClasses   []DataClass
	Aggregates    []Aggregate
	Process       []Step
	Queries       []Query
	Consumers     []Consumer
	EventsKept    []string
	Capacity      Capacity
	ServiceLevels ServiceLevels
	// Needs are the capabilities the system cannot do without, by the ids of
	// catalogue.Needs.
	Needs []string
	// Choices holds the chosen option of each trade-off that is not left at the
	// baseline, by trade-off id.
	Choices map[string]string
}

// Subdomain is a part of the business, with the services that serve it.
type Subdomain struct {
	Name string
	// Kind is "core", "supporting" or "generic".
	Kind     string
	Services []string
}

// Client is a kind of program that calls the system.
type Client struct {
	Name string
	// Origin is the web origin a browser client is served from; empty for others.
	Origin string
}

// Perimeter says who is let in where a perimeter asks.
type Perimeter struct {
	// Addresses are ranges of IPv4 or IPv6 addresses, "192.0.2.0/24"; empty for all.
	Addresses []string
	// Countries are ISO 3166 codes of two letters, "IE"; empty for all.
	Countries []string
}

// DataClass groups data that is keyed, kept and erased alike.
type DataClass struct {
	Name     string
	Personal bool
	// Residency lists the Regions the data may rest in.
	Residency []string
	// RetentionDays is how long the data is kept.
	RetentionDays int
	// TierAfterDays is when stored objects move to a colder class; 0 for never.
	TierAfterDays int
	// RestoreHours is how long a reader may wait for an old object; 0 for not at all.
	RestoreHours int
	// Erasure is "on-request", "on-expiry" or "never".
	Erasure string
}

// Aggregate is a consistency boundary.
type Aggregate struct {
	Name      string
	Service   string
	DataClass string
	// ItemBytes is the mean stored size of one of its items.
	ItemBytes float64
	// ReadDays is how long an item is read after it was written; after that it is
	// kept, but cold.
	ReadDays float64
	Entities []Entity
}

// Entity is a thing with identity inside an aggregate.
type Entity struct {
	Name   string
	Fields []Field
}

// Field is one named, typed value of an entity, a command or an event.
type Field struct {
	Name string
	// Type is "string", "integer", "boolean", "time", "id" or "ids", a list of ids.
	Type     string
	Optional bool
	// Personal marks what says who somebody is.
	Personal bool
	// Min and Max bound an integer's value, a string's length in characters or the
	// number of ids; nil for none.
	Min, Max *int
	// OneOf lists the only values a string may have; empty for any.
	OneOf []string
}

// Step is one row of the process model: actor, command, system, events.
type Step struct {
	Actor   string
	Command string
	System  string
	// Service is the service that handles the command.
	Service   string
	Aggregate string
	Route     Route
	Body      []Field
	Events    []Event
	// ItemsRead and ItemsWritten are the mean numbers of the aggregate's items that
	// one call reads and writes, beside its events and its idempotency key.
	ItemsRead, ItemsWritten float64
	// AddsBytes is what one call adds, on average, to what the aggregate's data
	// class keeps.
	AddsBytes float64
	// Opportunity and HotSpot are notes of the event storming.
	Opportunity, HotSpot string
}

// Query is a read of the system.
type Query struct {
	Actor   string
	Name    string
	Service string
	// Aggregate or ReadModel is what the query reads: an aggregate, or the read
	// model that the consumer of that name keeps. The other one is empty.
	Aggregate, ReadModel string
	Route                Route
	// Consistency is "eventual" or "strong".
	Consistency string
	// ItemsRead is the mean number of items one call reads.
	ItemsRead float64
}

// Route is where a command or a query is served, and who may call it.
type Route struct {
	// Method is an HTTP method, Path has {parameters}.
	Method, Path string
	// Public routes need no token.
	Public bool
	// Scope is the access token's scope a caller must hold, for example
	// "dinner/host"; empty on public routes.
	Scope string
}

// Event is a domain event and the data it carries.
type Event struct {
	// Name is the event's name in the business's words, "Seat Reserved".
	Name string
	// Source is what the bus says it comes from, "dinner.reservation": the system
	// and the service that raises it. The reader derives it.
	Source string
	// Aggregate is what it happened to, "Dinner". The reader derives it.
	Aggregate string
	// Share is the mean number of this event that one successful call of its
	// command raises, 0.15 for 15 %.
	Share float64
	// Bytes is the mean size of the event in its envelope.
	Bytes float64
	// Contract is the version of the shape of its data.
	Contract int
	Fields   []Field
}

// Consumer is a policy or a read model: a service and the events it handles.
type Consumer struct {
	// Name is the consumer's service, for example "notification".
	Name   string
	Events []string
	// ItemBytes is the mean stored size of one item of its read model.
	ItemBytes float64
	// ItemsWritten is the mean number of items written for one event.
	ItemsWritten float64
	// AddsBytes is what one event adds, on average, to what the read model keeps.
	AddsBytes float64
	// ReadDays is how long an item is read after it was written.
	ReadDays float64
}

// Column is one of the three loads a design is measured at.
type Column int

// The columns of a capacity.
const (
	Low Column = iota
	Base
	Peak
)

// Capacity is the demand the system must carry.
type Capacity struct {
	// Users is the number of monthly active users, by Column.
	Users [3]float64
	// Actions is the calls per user and month of each command and query, by name.
	Actions map[string]float64
	// Payloads holds the mean request and response size of each command and
	// query, by name.
	Payloads map[string]Payload
	// PeakFactor is the busiest second's rate over the month's mean rate.
	PeakFactor float64
	// GrowthPerYear is the yearly growth of the load, 0.2 for 20 %.
	GrowthPerYear float64
	// HotShare is the share of items that serves most reads, 0.2 for 20 %.
	HotShare float64
	// ServiceMs is the assumed mean time one call keeps its execution, in
	// milliseconds.
	ServiceMs float64
	// ConsumerMs is the assumed mean time a consumer needs for one event, in
	// milliseconds.
	ConsumerMs float64
	// SessionSeconds is how long a client keeps its connection open, CallsPerSession
	// how many calls it makes over it.
	SessionSeconds, CallsPerSession float64
	// LogBytes is what one call or one handled event writes to the log.
	LogBytes float64
	// IdempotencyHours is how long the answer to a command is kept under its
	// idempotency key, IdempotencyBytes the mean size of such an item.
	IdempotencyHours, IdempotencyBytes float64
}

// Payload is the mean size of a call's request and response, in bytes.
type Payload struct{ RequestBytes, ResponseBytes float64 }

// ServiceLevels are what the system promises its users.
type ServiceLevels struct {
	// Availability is a monthly share of answered requests, 0.999.
	Availability float64
	// P95 and P99 are allowances for the response time, in milliseconds.
	P95Ms, P99Ms float64
}
