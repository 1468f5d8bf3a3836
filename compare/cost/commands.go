package cost

import (
	"fmt"
	"math"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

const (
	// asksOfCommand is how often a client asks for the outcome of a command: once,
	// after the second that it is told to wait, in which an idle queue has applied it.
	asksOfCommand = 1
	// outcomeBytes is the outcome of a command as it is kept.
	outcomeBytes = KB
)

// Commands are those that wait in a stack's queue until they are applied.
type Commands struct {
	Queue *assembly.Resource
	// Count is how many come in a month, Bytes their mean size.
	Count, Bytes float64
	// items is how many aggregates they are about.
	items float64
}

// QueuedCommands returns what waits in a stack's queue of commands under a load; the
// Queue is nil where none does.
func QueuedCommands(s *assembly.Stack, d Demand) Commands {
	var q Commands
	for _, r := range s.OfRole(role.Queue) {
		names, ok := r.About["commands"].([]any)
		if !ok {
			continue
		}
		q.Queue = r
		bytes := 0.0
		for _, o := range d.Load.Operations {
			if !slices.Contains(names, any(o.Name)) {
				continue
			}
			q.Count, bytes = q.Count+o.Calls, bytes+o.BytesIn
			if o.ItemsRead == 0 { // creates what the others are about
				q.items += o.Calls * d.Design.Aggregate(o.Aggregate).ReadDays / (Hours / 24)
			}
		}
		if q.Count > 0 {
			q.Bytes = bytes / q.Count
		}
	}
	return q
}

// Hottest is the share of the commands that is for the most popular aggregate, with
// the popularity of Zipf that the design's hot share has.
func (q Commands) Hottest(d Demand) float64 {
	n := int(math.Max(1, q.items))
	s := latency.ZipfExponent(n, d.Design.Capacity.HotShare, hotRequests)
	total := 0.0
	for k := 1; k <= n; k++ {
		total += math.Pow(float64(k), -s)
	}
	return 1 / total
}

// asked is how many requests a month ask for the outcomes of commands.
func (c *context) asked(d Demand) float64 { return QueuedCommands(c.stack, d).Count * asksOfCommand }

// usage prices the queue of commands.
func (q Commands) usage() []Usage {
	return []Usage{{
		Part: Data, Service: "sqs", Formula: "send, receive and delete for each command",
		Inputs: price.Inputs{"requests": n(q.Count * requestsOfMessage), "message-kb": n(q.Bytes / KB), "type": w("fifo")},
	}}
}

// outcomes adds to a table what became of commands: written once each, read by the
// writer before it applies one, and by whoever asks.
func (t *traffics) outcomes(c *context, d Demand) {
	q := QueuedCommands(c.stack, d)
	if q.Queue == nil {
		return
	}
	t.write(q.Count, outcomeBytes, "false", "the outcome of each command")
	t.write(q.Count, outcomeBytes, "false", "each outcome again, in the index")
	t.read(q.Count*(1+asksOfCommand), outcomeBytes, "strong", fmt.Sprintf("each outcome, by the writer and %d time by who sent the command", asksOfCommand))
	t.keptBytes += q.Count * outcomeBytes * d.Design.Capacity.IdempotencyHours / Hours
}

// writing is how long the writer waits for workflows, on average over its commands.
func (c *context) writing(d Demand) float64 {
	q := QueuedCommands(c.stack, d)
	if q.Count == 0 {
		return 0
	}
	return c.waiting(d) * d.Load.Requests / q.Count
}
