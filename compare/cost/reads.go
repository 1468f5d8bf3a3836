package cost

import (
	"fmt"
	"math"
	"strconv"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// edgePlaces is how many of CloudFront's places keep answers of their own: a
// viewer's place is asked first and a regional one behind it, of which Europe and
// North America have about as many.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html#CloudFrontRegionaledgecaches
const edgePlaces = 5

// readCaches are the times for which answers are kept on their way: at the edge and
// in the cache in front of the store. 0 is not at all.
type readCaches struct{ edge, cache float64 }

func newReadCaches(s *assembly.Stack) readCaches {
	var c readCaches
	for _, r := range s.Resources {
		seconds := func(name string) float64 {
			f, err := strconv.ParseFloat(r.Setting(name), 64)
			if err != nil {
				return 0
			}
			return f
		}
		c.edge = math.Max(c.edge, seconds("EDGE_SECONDS"))
		c.cache = math.Max(c.cache, seconds("CACHE_SECONDS"))
	}
	return c
}

// missed is the share of calls of an operation that caches in some places do not
// answer which keep an answer for seconds.
func (d Demand) missed(o design.OperationLoad, seconds, places float64) float64 {
	rate := o.Calls / (Hours * 3600)
	if seconds == 0 || rate == 0 || !o.Shared() {
		return 1
	}
	n := d.Design.Answers(d.Load, o)
	skew := latency.ZipfExponent(n, d.Design.Capacity.HotShare, hotRequests)
	return places * latency.TTLMisses(rate/places, n, skew, seconds) / rate
}

// behindEdge is what of a demand comes to the door.
func (c readCaches) behindEdge(d Demand) Demand {
	if c.edge == 0 {
		return d
	}
	return d.less(func(o design.OperationLoad) float64 { return d.missed(o, c.edge, edgePlaces) })
}

// behindCache is what of a demand comes to the store. Processes share one cache.
func (c readCaches) behindCache(d Demand) Demand {
	d = c.behindEdge(d)
	if c.cache == 0 {
		return d
	}
	return d.less(func(o design.OperationLoad) float64 { return d.missed(o, c.cache, 1) })
}

// less returns the demand with a share of each operation's calls.
func (d Demand) less(share func(design.OperationLoad) float64) Demand {
	l := d.Load
	l.Operations = scaled(l.Operations, func(o *design.OperationLoad) {
		f := share(*o)
		l.Requests -= o.Calls * (1 - f)
		l.Reads -= o.Calls * (1 - f)
		l.BytesIn -= o.BytesIn * (1 - f)
		l.BytesOut -= o.BytesOut * (1 - f)
		l.AverageRPS -= o.AverageRPS * (1 - f)
		l.PeakRPS -= o.PeakRPS * (1 - f)
		l.LogBytes -= o.Calls * (1 - f) * d.Design.Capacity.LogBytes
		scale(f, &o.Calls, &o.AverageRPS, &o.PeakRPS, &o.BytesIn, &o.BytesOut)
	})
	d.Load = l
	return d
}

// Stored returns what of a demand comes to the store of a stack, past the caches.
func Stored(s *assembly.Stack, d Demand) Demand { return newReadCaches(s).behindCache(d) }

// publicCalls are the calls that a distribution answers for the door, and the bytes
// of the answers.
func (d Demand) publicCalls() (calls, bytes float64) {
	for _, o := range d.Load.Operations {
		if o.Shared() {
			calls, bytes = calls+o.Calls, bytes+o.BytesOut
		}
	}
	return calls, bytes
}

// readCache prices what a cache in front of the store is asked: an ECPU for
// each started KB of an answer, two for each miss, and the answer again that is then
// kept. The demand is what comes to the door.
func readCache(c *context, d Demand) []Usage {
	ecpu, kept, calls, misses := 0.0, 0.0, 0.0, 0.0
	for _, o := range d.Load.Operations {
		if !o.Shared() || c.reads.cache == 0 {
			continue
		}
		bytes := d.Design.Capacity.Payloads[o.Name].ResponseBytes
		kb := math.Max(1, math.Ceil(bytes/KB))
		missed := o.Calls * d.missed(o, c.reads.cache, 1)
		calls, misses = calls+o.Calls, misses+missed
		ecpu += (o.Calls-missed)*kb + missed*(2+kb)
		kept += missed / (Hours * 3600) * c.reads.cache * bytes
	}
	hit := 0.0
	if calls > 0 {
		hit = 1 - misses/calls
	}
	return []Usage{{
		Part: Data, Service: "valkey-serverless",
		Formula: fmt.Sprintf("%.0f %% of %.3g reads hit, Zipf over what is still read, kept %.0f s; an ECPU for each KB", 100*hit, calls, c.reads.cache),
		Inputs:  price.Inputs{"gb-hours": n(kept / GB * Hours), "ecpu": n(ecpu), "hours": n(Hours)},
	}}
}

// cacheNodes prices nodes by the hour, and what goes between them and servers in other
// zones: each answer once, found or put there. The nodes' own side of it is free.
// https://aws.amazon.com/elasticache/pricing/
func cacheNodes(c *context, r *assembly.Resource, d Demand) []Usage {
	nodes, ok := r.Number("NumCacheNodes")
	if !ok {
		nodes = 1
	}
	zones := 1
	for _, group := range c.stack.Mentions(r, "CacheSubnetGroupName") {
		zones = max(zones, len(group.List("SubnetIds")))
	}
	moved := 0.0
	for _, o := range d.Load.Operations {
		if o.Shared() && c.reads.cache > 0 {
			moved += o.Calls * d.Design.Capacity.Payloads[o.Name].ResponseBytes
		}
	}
	const sides = 2 // that the price of traffic between zones counts
	return []Usage{{
		Part: Data, Service: "elasticache-node", Fixed: true, Formula: "730 hours of each node, whatever it is asked",
		Inputs: price.Inputs{"nodes": n(nodes), "type": w(r.Text("CacheNodeType")), "engine": w(r.Text("Engine"))},
	}, {
		Part: Data, Service: "transfer", Formula: fmt.Sprintf("answers between %d zones, %.0f %% of them from one to another, charged on the servers' side", zones, 100*crossing(zones)),
		Inputs: price.Inputs{"inter-az-gb": n(moved / GB * crossing(zones) / sides)},
	}}
}
