package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

func pipe(_ *context, _ *assembly.Resource, d Demand) []Usage {
	return []Usage{{
		Part: Events, Service: "pipes", Formula: "each event, one to a batch",
		Inputs: price.Inputs{"requests": n(d.Load.EventCount), "request-kb": n(d.eventBytes() / KB)},
	}}
}

func bus(_ *context, _ *assembly.Resource, d Demand) []Usage {
	return []Usage{{
		Part: Events, Service: "eventbridge", Formula: "each event once, however many rules it matches",
		Inputs: price.Inputs{"events": n(d.Load.EventCount), "event-kb": n(d.eventBytes() / KB)},
	}}
}

func archive(_ *context, r *assembly.Resource, d Demand) []Usage {
	gb := d.Load.EventCount * d.eventBytes() / GB
	months := 12.0
	if days, ok := r.Number("RetentionDays"); ok && days > 0 {
		months = min(months, days/365*12)
	}
	return []Usage{{
		Part: Events, Service: "eventbridge", Formula: fmt.Sprintf("each event, kept %.1f months", months),
		Inputs: price.Inputs{"events": n(0), "archive-gb": n(gb), "stored-gb": n(gb * months)},
	}}
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
	messages := d.deliveries(r.Service(), len(c.stack.OfRole(role.Queue)))
	uses := []Usage{{
		Part: Events, Service: "sqs", Formula: "send, receive and delete for each event",
		Inputs: price.Inputs{"requests": n(messages * requestsOfMessage), "message-kb": n(d.eventBytes() / KB), "type": w(kind)},
	}}
	for _, by := range c.stack.RefersTo(r.ID) {
		if by.Type == "AWS::Lambda::EventSourceMapping" {
			polls := float64(pollers * Hours * 3600 / pollSeconds)
			return append(uses, Usage{
				Part: Events, Service: "sqs", Fixed: true, Formula: fmt.Sprintf("%d pollers asking every %d s, less those that find an event", pollers, pollSeconds),
				Inputs: price.Inputs{"requests": n(max(0, polls-messages)), "type": w(kind)},
			})
		}
	}
	return uses
}

// topic is taken as silent: the workload's topics carry alarms.
func topic(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Events, Service: "sns", Inputs: price.Inputs{"publishes": n(0)}, Formula: "alarms only: taken as silent"}}
}
