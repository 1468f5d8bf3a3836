// Package latency simulates how long requests take: the same seeded arrivals
// through each option of a design, event by event.
//
// A [Model] is a front door, a compute station (a [Pool] of servers or [Lambda]
// environments) that calls a store behind an optional cache, and the events that
// follow a write. [Simulate] runs it several times with independent seeds and
// reports percentiles with confidence intervals. [FromStack] derives a model from
// a synthesized template and the design; figures that no template holds come from
// assumptions.yaml, each with its source or the word assumption. What a template has
// that changes latency and is in no model is named beside the result ([Unseen]).
//
// A run depends on the model and the seed only, never on the machine: times are
// whole nanoseconds, functions come from package exact, and every random number
// belongs to a request and a purpose.
package latency

import (
	"math"

	"fulcrum/compare/evidence"
	"fulcrum/compare/latency/exact"
)

// Model is what a request goes through.
type Model struct {
	// Name names the model in results, for example the stack.
	Name     string
	Arrivals Arrivals
	Door     Door
	// Exactly one of Pool and Lambda serves the requests.
	Pool   *Pool
	Lambda *Lambda
	Work   Work
	Retry  Retry
	// Events follow writes to consumers. Default: none.
	Events *Events
	Faults []Fault
	// Clients is the number of distinct clients, for sticky sessions.
	// Default: 10000.
	Clients int
	// Lasting is true for arrivals that have come at their rate for long: throttles
	// below that rate have no burst left when the run begins.
	Lasting bool
	// Evidence says where in a template the model was read, Unseen what there is that
	// changes latency and is not in the model. They change no result.
	Evidence []evidence.Item
	Unseen   []Unseen

	behind  bool // events come faster than they are handled, and are left out
	applied Dist // from the answer to a command until it is applied, where a queue takes it
}

// Busiest returns the model at factor times the rate of its day's busiest minute,
// which has lasted for so long that throttles have no burst left. A pool that scales
// has as many servers as target tracking holds at that rate: a day's peak comes so
// slowly that it has caught up by then.
func (m Model) Busiest(factor float64) Model {
	m.Arrivals, m.Lasting = m.Arrivals.Busiest(), true
	if factor != 1 {
		m.Arrivals = m.Arrivals.Scaled(factor)
	}
	if m.Pool == nil || m.Pool.Scaling == nil {
		return m
	}
	p, s := *m.Pool, m.Pool.Scaling
	ready := m.prepared()
	busy := exact.Times(ready.offered(), ready.Work.mean())
	p.Servers = min(max(int(math.Ceil(busy/exact.Times(float64(max(1, p.Slots)), s.Target))), s.Min), s.Max)
	m.Pool = &p
	return m
}

// mean returns the mean time that a request keeps compute busy, in seconds.
func (w Work) mean() float64 {
	read := exact.Times(1-w.Strong, w.Read.Mean()) + exact.Times(w.Strong, w.ReadStrong.Mean()) + exact.Times(w.FarReads, w.Distance.Mean())
	if w.Cache.Hits > 0 {
		shared := 1 - w.Cache.own
		read = exact.Times(shared, w.Cache.Time.Mean()) + exact.Times(1-exact.Times(shared, w.Cache.Hits), read)
	}
	write := exact.Times(1-w.Workflows, w.Write.Mean()) + exact.Times(w.Workflows, w.Workflow.Mean()) + w.Session.Mean()
	write += exact.Times(exact.Times(w.FarWrites, max(1, w.Crossings)), w.Distance.Mean())
	return w.Service.Mean() + exact.Times(w.Writes, write) + exact.Times(1-w.Writes, read)
}

// Door is the front door.
type Door struct {
	// Rate and Burst throttle requests by a token bucket: Rate tokens a second,
	// at most Burst kept. Default: no throttle.
	Rate, Burst float64
	// Overhead is the time the door adds, half before and half after compute.
	Overhead Dist
	// Edge answers some reads before the door. Default: none.
	Edge Edge
	// Authorizer is a function that the door waits for. Default: none.
	Authorizer Authorizer
	// Timeout is when the door answers for a compute that has not, in seconds.
	// Default: never.
	Timeout float64
}

// Work is what one request makes compute do.
type Work struct {
	// Service is the time of the code itself.
	Service Dist
	// Writes is the share of requests that write, the others read.
	Writes float64
	// Read and Write are the times of one call to the store. A share of the reads,
	// Strong, is strongly consistent and takes ReadStrong.
	Read, Write Dist
	ReadStrong  Dist
	Strong      float64
	// Workflow is the time of a workflow that a share of the writes, Workflows, runs
	// before it is answered. Its steps write to the store, the call itself does not.
	Workflow  Dist
	Workflows float64
	// Distance is what another Region adds to the share FarReads of the reads of the
	// store and, Crossings times on average, to the share FarWrites of the writes.
	Distance            Dist
	FarReads, FarWrites float64
	Crossings           float64
	// Session is the time of one call of the store of sessions, which each write makes.
	// Default: none.
	Session Dist
	// Persons are the keys that what is said about persons is sealed with.
	// Default: nothing is sealed.
	Persons Persons
	// Items is the number of items, which requests pick with Zipf popularity of
	// exponent Skew. They matter to partitions and staleness.
	// Default: one item.
	Items int
	Skew  float64
	// Cache answers a share of the reads. Default: none.
	Cache Cache
	// Answers are the queries whose answers are alike for everybody, which caches keep.
	// Default: every read is one, and caches say what they answer.
	Answers []Answer
	// PartitionReads and PartitionWrites are the calls a second that one item's
	// partition serves before it throttles; a throttled call is repeated by the
	// client library after Backoff.
	// Default: no limit.
	PartitionReads, PartitionWrites float64
	Backoff                         Dist
	// Lag is the time until an eventual read sees a write.
	// Default: reads are strong, never stale.
	Lag Dist
}

// Retry says how clients repeat a request that was refused. Requests that timed
// out are not repeated: they may have been carried out.
type Retry struct {
	// Attempts is the number of tries in all. Default: 1.
	Attempts int
	// Base and Cap bound the pause before try n: uniform between 0 and
	// min(Cap, Base·2ⁿ⁻¹), in seconds ("full jitter").
	Base, Cap float64
}

// Pool is a set of servers or container tasks behind a balancer.
type Pool struct {
	// Policy picks a server for a request. Default: [Shared].
	Policy Policy
	// Servers is how many there are at the start. Slots is how many requests one
	// serves at a time, 1 by default; Queue how many wait at one, all of them by
	// default; -1 for none.
	Servers, Slots, Queue int
	// Weights are the servers' weights, for [WeightedRandom]. Default: all 1.
	Weights []float64
	// Mitigation lets the balancer take weight off servers that fail more than
	// others ([WeightedRandom] only). Default: no.
	Mitigation bool
	// HealthCheck is the time from a server's failure until the balancer stops
	// sending to it, and from its return until it sends again, in seconds.
	// Default: 30.
	HealthCheck float64
	// Scaling adds and removes servers. Default: none.
	Scaling *Scaling
}

// Scaling is target tracking on the share of busy slots.
type Scaling struct {
	Min, Max int
	// Target is the share of busy slots to keep, 0.6 for 60 %.
	Target float64
	// Period is the length of one measurement, in seconds; OutAfter and InAfter
	// are how many must be above the target, or below nine tenths of it, before
	// servers are added or removed.
	Period            float64
	OutAfter, InAfter int
	// OutCooldown and InCooldown are the least times between two changes, in
	// seconds.
	OutCooldown, InCooldown float64
	// Start is the time from the decision until a new server takes requests.
	Start Dist
	// SlowStart is the time over which a new server's share grows to its full
	// one, in seconds. Default: none. Round robin only, as on an ALB.
	SlowStart float64
	// Deregistration is how long a leaving server may finish its requests, in
	// seconds; what is left then fails. It is provisioned until then or until it
	// is idle.
	Deregistration float64
}

// Lambda is a function: one request to an environment at a time.
type Lambda struct {
	// Concurrency is the most environments at work. Default: no limit.
	Concurrency int
	// ScaleUnits and ScalePeriod are how many environments may be started in a
	// period of seconds. The allowance is refilled continuously and does not
	// exceed ScaleUnits. Default: no limit.
	ScaleUnits, ScalePeriod float64
	// RatePerEnvironment bounds requests a second to this times Concurrency.
	// Default: no limit.
	RatePerEnvironment float64
	// Init is the time of a cold start.
	Init Dist
	// Idle is how long an environment is kept without a request, in seconds.
	// Default: for ever.
	Idle float64
	// Provisioned environments exist at the start and are never reclaimed.
	Provisioned int
	// Timeout ends a request, which then fails, in seconds. Default: none.
	Timeout float64
}

// Events is the path from a write to its consumers.
type Events struct {
	// PerWrite is the mean number of events of a write, at most 1.
	PerWrite float64
	// Delay is the time from the write to a consumer's queue: stream, pipe, bus.
	Delay Dist
	// Batch is how many events a consumer takes at once, Window how long it waits
	// for them, in seconds. Default: 1, 0.
	Batch  int
	Window float64
	// Service is the time of one event in a batch, Overhead of the batch itself.
	Service, Overhead Dist
	// Consumers is how many batches are handled at a time. Default: no limit.
	Consumers int
}
