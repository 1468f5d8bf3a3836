package cost

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design"
	"fulcrum/design/role"
)

// interestService is the service of what a door puts on a stream, a bus or a queue
// by itself: a signal of interest each time that somebody looks at one aggregate.
const interestService = "interest"

// signalBytes is a signal as the door maps it: ids, a time, a word.
const signalBytes = 256

// signals is how often a month one aggregate is looked at: the calls of queries of
// one, or of all where none has a variable in its path.
func (d Demand) signals() float64 {
	one, all := 0.0, 0.0
	for _, o := range d.Load.Operations {
		if o.Kind != design.QueryKind {
			continue
		}
		all += o.Calls
		if strings.Contains(o.Route.Path, "{") {
			one += o.Calls
		}
	}
	if one > 0 {
		return one
	}
	return all
}

// What people do with pictures of themselves, which the design does not say: each
// uploads one a year, and sees it once in a session.
const (
	uploadsOfUser      = 1.0 / 12
	downloadsOfSession = 1
	kbOfPicture        = 200
)

func (d Demand) uploads() float64   { return d.Load.Users * uploadsOfUser }
func (d Demand) downloads() float64 { return d.Load.Connections * downloadsOfSession }

// direct is how many requests of a month the stack's doors hand to services by
// themselves, beside those of the design.
func (c *context) direct(d Demand) float64 {
	requests := 0.0
	for _, kind := range c.directKinds {
		if kind == "s3" {
			requests += d.uploads() + d.downloads()
		} else {
			requests += d.signals()
		}
	}
	return requests
}

// eachCall says what a REST API's requests are.
func (c *context) eachCall() string {
	if len(c.directKinds) == 0 {
		return "each call"
	}
	return "each call, and those that the door hands to " + strings.Join(c.directKinds, ", ")
}

// directKinds returns the services that methods of REST APIs are integrated with,
// each once: "s3", "kinesis".
func directKinds(s *assembly.Stack) []string {
	var kinds []string
	seen := map[string]bool{}
	for _, m := range s.OfType("AWS::ApiGateway::Method") {
		if kind := assembly.DirectService(m); kind != "" && !seen[kind] {
			seen[kind] = true
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// stream prices a Kinesis stream by its shards and what is put on it.
func stream(_ *context, r *assembly.Resource, d Demand) []Usage {
	records, kb := d.Load.EventCount, d.eventBytes()/KB
	if r.Service() == interestService {
		records, kb = d.signals(), float64(signalBytes)/KB
	}
	in := price.Inputs{"records": n(records), "record-kb": n(kb), "mode": w("on-demand"), "out-gb": n(records * kb * KB / GB)}
	formula := "each record, in and out once"
	if shards, ok := r.Number("ShardCount"); ok {
		in = price.Inputs{"records": n(records), "record-kb": n(kb), "mode": w("provisioned"), "shards": n(shards)}
		formula = fmt.Sprintf("%.0f shards, and each record", shards)
	}
	return []Usage{{Part: Events, Service: "kinesis", Inputs: in, Formula: formula}}
}

// objects prices a bucket of what people keep.
func objects(_ *context, _ *assembly.Resource, d Demand) []Usage {
	return []Usage{{
		Part: Data, Service: "s3", Formula: fmt.Sprintf("one picture of %d KB for each user", kbOfPicture),
		Inputs: price.Inputs{"storage-gb": n(d.Load.Users * kbOfPicture * KB / GB)},
	}, {
		Part: Data, Service: "s3", Formula: "one upload a year for each user, one download a session",
		Inputs: price.Inputs{"puts": n(d.uploads()), "gets": n(d.downloads())},
	}}
}

// handled is the number of messages that reach a consumer in a month: those that
// the design says, or the events that its rules select, or signals of interest.
func (c *context) handled(r *assembly.Resource, d Demand) float64 {
	name := r.Service()
	if name == interestService {
		return d.signals()
	}
	for _, k := range d.Load.Consumers {
		if k.Name == name {
			return k.Deliveries
		}
	}
	selected, count := false, 0.0
	for _, rule := range c.stack.OfRole(role.Rule) {
		if name == "" || rule.Service() != name {
			continue
		}
		for _, wanted := range rule.Events() {
			for _, e := range d.Load.Events {
				if e.Name == wanted {
					selected, count = true, count+e.Count
				}
			}
		}
	}
	if selected {
		return count
	}
	return d.Load.Deliveries / float64(max(c.consumers, 1))
}
