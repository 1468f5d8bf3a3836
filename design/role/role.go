// Package role names what a resource does in the workload.
//
// A construct writes the role of its main resources into their template
// metadata; a comparison reads them back. The words are shared, so that the two
// sides need not know each other.
package role

// MetadataKey is the key, in a resource's and in a stack's Metadata, under which
// Fulcrum writes what it knows about it.
const MetadataKey = "fulcrum"

// AcknowledgedKey is the key, in a resource's Metadata, of the rules that the
// resource does not follow: an object of a reason for each rule.
const AcknowledgedKey = "fulcrum:acknowledged"

// Role is the part a resource plays in serving the workload.
type Role string

// Roles, along the path of a request and then of an event.
const (
	FrontDoor   Role = "front-door"  // terminates the client's request
	Perimeter   Role = "perimeter"   // decides who may come in: web ACL, resource policy
	Identity    Role = "identity"    // issues or verifies tokens
	Compute     Role = "compute"     // runs the use cases
	Store       Role = "store"       // keeps the aggregates
	Stream      Role = "stream"      // carries changes out of the store
	Pipe        Role = "pipe"        // moves the stream to the bus
	Bus         Role = "bus"         // routes domain events
	Archive     Role = "archive"     // keeps events for replay
	Rule        Role = "rule"        // selects the events of a consumer
	Queue       Role = "queue"       // holds events for a consumer
	DeadLetter  Role = "dead-letter" // holds what could not be handled
	Consumer    Role = "consumer"    // handles events
	Writer      Role = "writer"      // applies commands that were accepted before
	Workflow    Role = "workflow"    // runs a process step by step
	Step        Role = "step"        // does the steps of a workflow
	Cache       Role = "cache"       // holds hot reads
	Session     Role = "session"     // holds what is remembered of a client between two calls
	Site        Role = "site"        // bucket of static content
	Objects     Role = "objects"     // bucket of what people keep
	Delivery    Role = "delivery"    // distribution in front of the site
	Logs        Role = "logs"        // log group or log bucket
	Key         Role = "key"         // encrypts a data class
	Schema      Role = "schema"      // contract of an event
	Alarm       Role = "alarm"       // watches a service level
	Dashboard   Role = "dashboard"   // shows a service level
	Network     Role = "network"     // private network and its endpoints
	Realtime    Role = "realtime"    // keeps connections over which clients are told
	Connections Role = "connections" // table of who is connected
	Release     Role = "release"     // checks and shifts new versions
	Sandbox     Role = "sandbox"     // exists only because no domain was given
	Failover    Role = "failover"    // sends clients to a Region that is well
	Deployment  Role = "deployment"  // runs while the stack is deployed, and never after
)
