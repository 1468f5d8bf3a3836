// Package design reads, checks and measures the description of a system:
// its subdomains, process model, aggregates, data classes, clients, capacity,
// service levels, needs and choices.
package design

// Design is a system as its owner describes it in design.yaml.
type Design struct {
	// System is the name of the system, for example "Dinner".
	System string
	// Region is where the system runs, for example "eu-west-1".
	Region        string
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
	// Erasure is "on-request", "on-expiry" or "never".
	Erasure string
}

// Aggregate is a consistency boundary.
type Aggregate struct {
	Name      string
	Service   string
	DataClass string
	// ItemBytes is the mean stored size of one of its items.
	ItemBytes int
	Entities  []Entity
}

// Entity is a thing with identity inside an aggregate.
type Entity struct {
	Name   string
	Fields []Field
}

// Field is one named, typed value of an entity, a command or an event.
type Field struct {
	Name string
	// Type is "string", "integer", "boolean", "time" or "id".
	Type     string
	Optional bool
	Personal bool
	// Min and Max bound an integer's value or a string's length; nil for none.
	Min, Max *int
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
	// Opportunity and HotSpot are notes of the event storming.
	Opportunity, HotSpot string
}

// Query is a read of the system.
type Query struct {
	Actor     string
	Name      string
	Service   string
	Aggregate string
	Route     Route
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
	Name   string
	Fields []Field
}

// Consumer is a policy or a read model: a service and the events it handles.
type Consumer struct {
	// Name is the consumer's service, for example "notification".
	Name   string
	Events []string
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
