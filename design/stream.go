package design

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/design/catalogue"
)

// streamReaders is how many processes may read the stream of a table at once without
// being throttled, and globalReaders how many that of a global table, which AWS's own
// replication reads too. EventBridge sends no event on twice, so that no bus could
// hand the events of several subdomains to their own buses: each reads the stream.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-dynamodb-streams
const (
	streamReaders = 2
	globalReaders = 1
	streamSource  = "Quotas in Amazon DynamoDB, simultaneous readers of a shard in DynamoDB Streams, Amazon DynamoDB developer guide, read 2026-11-28"
)

// RaisedIn returns the steps of the process that raise events in a subdomain.
func (d *Design) RaisedIn(s Subdomain) []Step {
	var steps []Step
	for _, step := range d.Process {
		if len(step.Events) > 0 && slices.Contains(s.Services, step.Service) {
			steps = append(steps, step)
		}
	}
	return steps
}

// overread returns why a bus for each subdomain cannot work: more of them raise events
// than the stream of the store serves readers.
func (d *Design) overread(b catalogue.Blueprint) []catalogue.Conflict {
	by := catalogue.Choice{TradeOff: "bus", Option: "per-subdomain"}
	if !b.Has(by) {
		return nil
	}
	var raising []string
	for _, s := range d.Subdomains {
		if len(d.RaisedIn(s)) > 0 {
			raising = append(raising, s.Name)
		}
	}
	fewer := func(n int) string { return fmt.Sprintf("raise events in at most %d of the subdomains", n) }
	const single = "choose bus: single"
	if len(raising) > streamReaders {
		return []catalogue.Conflict{{
			By: by, With: catalogue.Choice{TradeOff: "subdomains that raise events", Option: strings.Join(raising, ", ")},
			Lack:    catalogue.Lack{Reason: fmt.Sprintf("the bus of each reads the stream of the store, which serves %d readers", streamReaders), Source: streamSource},
			Instead: []string{fewer(streamReaders), single},
		}}
	}
	if spread := b["consistency"]; strings.HasPrefix(spread, "global-") && len(raising) > globalReaders {
		return []catalogue.Conflict{{
			By: by, With: catalogue.Choice{TradeOff: "consistency", Option: spread},
			Lack: catalogue.Lack{
				Reason: fmt.Sprintf("the buses of %s each read the stream of the store, and that of a global table serves %d reader", strings.Join(raising, " and "), globalReaders),
				Source: streamSource,
			},
			Instead: []string{"choose consistency: eventual", "choose consistency: strong", single, fewer(globalReaders)},
		}}
	}
	return nil
}
