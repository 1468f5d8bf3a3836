package cost

import (
	"fmt"

	"fulcrum/compare/assembly"
	"fulcrum/design"
	"fulcrum/design/role"
)

// oneByOne is what calls read and write in a table of aggregates without transactions:
// the aggregate's item holds its events until they are handed on, and a record of the
// call. What is not the aggregate's item is written before it, and the person of whom it
// tells is read in between.
func (t *traffics) oneByOne(c *context, d Demand) {
	capacity := d.Design.Capacity
	for _, o := range d.Load.Operations {
		if o.Kind != design.CommandKind {
			if o.Aggregate != "" {
				t.read(o.Calls*o.ItemsRead, o.ItemBytes, c.consistency(o.Consistency), o.Name+": item by item")
			}
			continue
		}
		events := 0.0
		for _, e := range o.Events {
			events += e.Share
		}
		held := o.ItemBytes + capacity.IdempotencyBytes + events*d.eventBytes()
		t.read(o.Calls, o.ItemBytes, "strong", o.Name+": the aggregate's item")
		if o.ItemsWritten > 1 {
			t.read(o.Calls*(o.ItemsWritten-1), capacity.IdempotencyBytes, "strong", o.Name+": whether the person wants to be forgotten")
			t.write(o.Calls*(o.ItemsWritten-1), capacity.IdempotencyBytes, "false", o.Name+": what leads to the aggregate, before it")
		}
		t.write(o.Calls, held, "false", fmt.Sprintf("%s: the aggregate's item with %.3g events and a record of the call", o.Name, events))
		if events > 0 {
			t.write(o.Calls, held, "false", o.Name+": taking the events out of the item once they are handed on")
		}
		if o.ItemsRead == 0 { // it creates what others change, and two calls may be one
			t.read(o.Calls*2, capacity.IdempotencyBytes, "strong", o.Name+": the claim of the call, and the person again")
			t.write(o.Calls, capacity.IdempotencyBytes, "false", o.Name+": the claim of the call, which nothing deletes")
			t.keptBytes += o.Calls * capacity.IdempotencyBytes * 12
		}
		t.holds(c, o, d)
		t.keptBytes += o.Calls * o.AddsBytes * d.keptMonths(d.Design.Aggregate(o.Aggregate).DataClass)
	}
}

// handsOn reports whether a function carries events from the store to a bus, as a pipe
// does elsewhere.
func handsOn(r *assembly.Resource) bool {
	return r.Type == "AWS::Lambda::Function" && r.Role == role.Pipe
}
