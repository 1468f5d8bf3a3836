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
	// batchOfQueue is how many messages Lambda takes off a FIFO queue at once, unless
	// told otherwise, and at the most. It waits for none.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
	batchOfQueue = 10
	// HandedOutMs is the time from the end of one batch of an aggregate to the next, the
	// median from a FIFO queue to the function as it is simulated (sqs.delay): a message
	// group is handed out again when what was received of it is deleted.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
	HandedOutMs = 28
	// outcomeBytes is the outcome of a command as it is kept.
	outcomeBytes = KB
)

// Commands are those that wait in a stack's queue until they are applied.
type Commands struct {
	Queue *assembly.Resource
	// Count is how many come in a month, Bytes their mean size.
	Count, Bytes float64
	// PerBatch is how many of them come to the writer at once, at the most, and Together
	// whether those of one aggregate are then written as one: where a machine makes
	// reservations, they are written step by step.
	PerBatch float64
	Together bool
	// names are the commands', items is how many aggregates they are about.
	names []string
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
		q.Queue, q.PerBatch, q.Together = r, batchOfQueue, true
		for _, m := range s.OfType("AWS::Lambda::EventSourceMapping") {
			if !slices.Contains(s.Mentioned(m, m.Get("EventSourceArn")), r) {
				continue
			}
			if n, ok := m.Number("BatchSize"); ok {
				q.PerBatch = n
			}
			for _, f := range s.Mentions(m, "FunctionName") {
				q.Together = q.Together && f.Get("Environment", "Variables", "RESERVATION_SAGA") == nil
			}
		}
		bytes := 0.0
		for _, o := range d.Load.Operations {
			if !slices.Contains(names, any(o.Name)) {
				continue
			}
			q.names = append(q.names, o.Name)
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
	return q.popularity(d, 1)[0]
}

// popularity is the share of the commands that is for the aggregate of each rank, the
// most popular first: at most so many of them.
func (q Commands) popularity(d Demand, most int) []float64 {
	n := int(math.Max(1, q.items))
	s := latency.ZipfExponent(n, d.Design.Capacity.HotShare, hotRequests)
	const apart = 1000 // ranks that are added one by one; the rest lie close together
	shares, total := make([]float64, min(n, apart)), 0.0
	for i := range shares {
		shares[i] = math.Pow(float64(i+1), -s)
		total += shares[i]
	}
	if from, to := apart+0.5, float64(n)+0.5; to > from {
		if s == 1 {
			total += math.Log(to / from)
		} else {
			total += (math.Pow(to, 1-s) - math.Pow(from, 1-s)) / (1 - s)
		}
	}
	shares = shares[:min(len(shares), most)]
	for i := range shares {
		shares[i] /= total
	}
	return shares
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
	// In batches of two both are written with others, and in larger ones more than all
	// but the first: twice what is saved, and all at the most.
	others := min(1, 2*(1-1/q.perWrite(d)))
	t.write(q.Count*(1-others), outcomeBytes, "false", "the outcome of each command that is written alone")
	if others > 0 {
		t.write(q.Count*others, outcomeBytes, "true", "the outcome of each command that is written with others")
	}
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
