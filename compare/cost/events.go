package cost

import (
	"fmt"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// pipe prices what is left after its filter, one event to a batch.
func pipe(_ *context, r *assembly.Resource, d Demand) []Usage {
	events, bytes := d.named(r.Events())
	return []Usage{{
		Part: Events, Service: "pipes", Formula: "each event that its filter lets through, one to a batch",
		Inputs: price.Inputs{"requests": n(events), "request-kb": n(bytes / KB)},
	}}
}

// bus prices what comes onto a bus, from publishers and from other buses alike: an
// event that a bus sends on is charged as a new one.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
func bus(c *context, r *assembly.Resource, d Demand) []Usage {
	events, bytes := c.entering(r, d)
	formula := "each event once, however many rules it matches"
	if len(c.stack.OfType("AWS::Events::EventBus")) > 1 {
		formula += ", those that other buses send on included"
	}
	return []Usage{{
		Part: Events, Service: "eventbridge", Formula: formula,
		Inputs: price.Inputs{"events": n(events), "event-kb": n(bytes / KB)},
	}}
}

func archive(c *context, r *assembly.Resource, d Demand) []Usage {
	events, bytes := d.named(nil)
	for _, source := range c.stack.Mentions(r, "SourceArn") {
		events, bytes = c.entering(source, d)
	}
	gb := events * bytes / GB
	months := 12.0
	if days, ok := r.Number("RetentionDays"); ok && days > 0 {
		months = min(months, days/365*12)
	}
	return []Usage{{
		Part: Events, Service: "eventbridge", Formula: fmt.Sprintf("each event, kept %.1f months", months),
		Inputs: price.Inputs{"events": n(0), "archive-gb": n(gb), "stored-gb": n(gb * months)},
	}}
}

// entering is how many events come onto a bus in a month, and their mean size: those
// that pipes, or functions in their place, publish, those that a door puts on it by itself, and those that the
// rules of other buses send on. Where the
// template shows neither, the code publishes all of them.
func (c *context) entering(bus *assembly.Resource, d Demand) (events, bytes float64) {
	total, shown := 0.0, false
	add := func(names []string) {
		e, b := d.named(names)
		events, total, shown = events+e, total+e*b, true
	}
	for _, by := range c.stack.RefersTo(bus.ID) {
		switch by.Type {
		case "AWS::Pipes::Pipe":
			if slices.Contains(c.stack.Mentions(by, "Target"), bus) {
				add(by.Events())
			}
		case "AWS::Lambda::Function":
			if handsOn(by) && slices.Contains(c.stack.Mentioned(by, by.Get("Environment")), bus) {
				add(by.Events())
			}
		case "AWS::Events::Rule":
			if slices.Contains(c.stack.Mentions(by, "Targets"), bus) {
				add(by.Events())
			}
		case "AWS::ApiGateway::Method":
			if assembly.DirectService(by) == "events" {
				events, total = events+d.signals(), total+d.signals()*signalBytes
			}
		}
	}
	switch {
	case !shown:
		return d.named(nil)
	case events == 0:
		return 0, KB
	}
	return events, total / events
}

// leaving is how many events the rules of a bus deliver in a month: to consumers
// and, each once, to other buses.
func (c *context) leaving(bus *assembly.Resource, d Demand) float64 {
	sum, rules := 0.0, 0
	for _, rule := range c.stack.OfType("AWS::Events::Rule") {
		if !slices.Contains(c.stack.Mentions(rule, "EventBusName"), bus) {
			continue
		}
		rules++
		if rule.Service() != "" {
			sum += c.handled(rule, d)
			continue
		}
		events, _ := d.named(rule.Events())
		sum += events
	}
	if rules == 0 {
		return d.Load.Deliveries
	}
	return sum
}

// A function's pollers ask an empty queue too: five of them, 20 s each, are what
// Lambda starts with.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
const (
	pollers     = 5
	pollSeconds = 20
	// requestsOfMessage are sending, receiving and deleting it.
	requestsOfMessage = 3
)

func queue(c *context, r *assembly.Resource, d Demand) []Usage {
	kind := "standard"
	if r.Flag("FifoQueue") {
		kind = "fifo"
	}
	if r.Role == role.DeadLetter {
		return []Usage{{Part: Events, Service: "sqs", Inputs: price.Inputs{"requests": n(0), "type": w(kind)}, Formula: "nothing fails"}}
	}
	messages := c.handled(r, d)
	if q := QueuedCommands(c.stack, d); q.Queue == r {
		return append(q.usage(), c.polls(r, q.Count, kind)...)
	}
	uses := []Usage{{
		Part: Events, Service: "sqs", Formula: "send, receive and delete for each event",
		Inputs: price.Inputs{"requests": n(messages * requestsOfMessage), "message-kb": n(d.eventBytes() / KB), "type": w(kind)},
	}}
	return append(uses, c.polls(r, messages, kind)...)
}

// polls prices what a function's pollers ask of a queue in vain.
func (c *context) polls(r *assembly.Resource, messages float64, kind string) []Usage {
	for _, by := range c.stack.RefersTo(r.ID) {
		if by.Type == "AWS::Lambda::EventSourceMapping" {
			polls := float64(pollers * Hours * 3600 / pollSeconds)
			return []Usage{{
				Part: Events, Service: "sqs", Fixed: true, Formula: fmt.Sprintf("%d pollers asking every %d s, less those that find an event", pollers, pollSeconds),
				Inputs: price.Inputs{"requests": n(max(0, polls-messages)), "type": w(kind)},
			}}
		}
	}
	return nil
}

// topic is taken as silent: the workload's topics carry alarms.
func topic(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Events, Service: "sns", Inputs: price.Inputs{"publishes": n(0)}, Formula: "alarms only: taken as silent"}}
}

// Routed is how many events come onto the buses of a stack in a month, and how many
// their rules deliver. An event that a bus sends on to another counts on both.
func Routed(s *assembly.Stack, d Demand, buses ...*assembly.Resource) (entering, leaving float64) {
	c := newContext(s)
	for _, b := range buses {
		in, _ := c.entering(b, d)
		entering, leaving = entering+in, leaving+c.leaving(b, d)
	}
	return entering, leaving
}
