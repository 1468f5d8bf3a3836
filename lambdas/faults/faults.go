// Package faults drives the whole write path through injected faults and says
// what was lost, done twice or left wrong.
//
// The use cases, the encoding of events, the consumers and the stores' adapters
// are the service's own. The transport between them (a stream's shards, the pipe,
// the bus, the queues with their dead letters) is played by this package in one
// process, with the filter, template, rules, batch sizes and bounds of the
// baseline's template. A scheduler takes one step at a time, drawn from a seed:
// a run can be repeated to the letter.
//
// Choose it to find out whether something can be lost. Choose package storetest
// for what one adapter owes its port.
//
// What the parts promise, and so what is played:
//
//   - a stream keeps the order of one partition key, and none between keys
//     (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html)
//   - a pipe takes batches of a shard in order, tries a failing one again and
//     halves it (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html)
//   - a bus delivers at least once, in any order
//     (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is-how-it-works-concepts.html)
//   - a standard queue delivers at least once, in any order, and hides what was
//     received until its visibility timeout
//     (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html)
package faults

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Kind is a kind of fault.
type Kind int

// The kinds of faults.
const (
	// Crash ends a process between two steps: before or after a call to a store,
	// before or after the pipe publishes.
	Crash Kind = iota
	// LostAnswer is a timeout after success.
	LostAnswer
	// Throttle is a call refused for now.
	Throttle
	// Conflict is a write that met another one.
	Conflict
	// Duplicate is something delivered twice.
	Duplicate
	// Reorder is something delivered before what came earlier.
	Reorder
	// Partial is an item of a batch that failed or was not marked as done.
	Partial
	// Poison is an event that cannot be published, or that a consumer fails on,
	// panics on or dies of, until it is repaired.
	Poison
	// Refused is a delivery that the target refuses for good.
	Refused
	// Skew is a process whose clock is wrong by up to two minutes.
	Skew

	kinds
)

var kindNames = [kinds]string{
	"crash", "lost answer", "throttle", "conflict", "duplicate", "reorder", "partial", "poison", "refused", "skew",
}

func (k Kind) String() string { return kindNames[k] }

// rates are how likely each kind is where it can happen, on average over runs.
var rates = [kinds]float64{
	Crash: 0.03, LostAnswer: 0.05, Throttle: 0.06, Conflict: 0.08, Duplicate: 0.10, Reorder: 0.25,
	Partial: 0.06, Poison: 0.04, Refused: 0.02, Skew: 0.30,
}

// Counts are how many faults of each kind were injected.
type Counts [kinds]int64

// Total returns how many faults were injected.
func (c Counts) Total() int64 {
	var n int64
	for _, k := range c {
		n += k
	}
	return n
}

// Add adds other's faults.
func (c *Counts) Add(other Counts) {
	for k, n := range other {
		c[k] += n
	}
}

// String returns the counts by kind, "crash 12, throttle 3".
func (c Counts) String() string {
	var parts []string
	for k, n := range c {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", Kind(k), n))
		}
	}
	return strings.Join(parts, ", ")
}

// dice decides, from a seed, what happens next and what goes wrong.
type dice struct {
	*rand.Rand
	on    bool
	rates [kinds]float64
	count Counts
}

func newDice(seed uint64) *dice {
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 0x66756c6372756d)), on: true} //nolint:gosec // must be repeatable
	for k := range d.rates {
		d.rates[k] = rates[k] * 2 * d.Float64()
	}
	return d
}

// fault reports whether a fault of kind k happens here.
func (d *dice) fault(k Kind) bool {
	if !d.on || d.Float64() >= d.rates[k] {
		return false
	}
	d.count[k]++
	return true
}
