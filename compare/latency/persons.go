package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// Persons are keys, one for each person, that texts about them are sealed with. Each
// process remembers the keys it has used for a while, and asks for the others.
type Persons struct {
	// Alias is the time to learn by which name a caller is known, Key that to have a
	// person's key. Default: nothing is sealed.
	Alias, Key Dist
	// AtOnce is how many keys one request asks for at the same time. Default: 1.
	AtOnce int
	// Opened are the reads that show texts of other persons.
	Opened []Opening
	// Kinds is how many persons there are whose texts are shown, with Zipf popularity of
	// exponent Skew.
	Kinds int
	Skew  float64
	// Seconds is how long a process remembers, Calls how many calls with a token a
	// session has and Session how long it is, in seconds; Tokens is the share of the
	// reads that carry a token, as all writes do.
	Seconds, Calls, Session float64
	Tokens                  float64

	missing, stranger float64 // shares of keys, and of callers, that a process does not remember
}

// Opening is a read that shows texts of other persons.
type Opening struct {
	// Share is that of the reads, Keys the persons whose texts one shows.
	Share, Keys float64
}

// prepare works out what so many processes do not remember at a rate of requests.
func (p *Persons) prepare(rate, processes float64) {
	if p.Key.IsZero() {
		return
	}
	opened := 0.0
	for _, o := range p.Opened {
		opened += exact.Times(exact.Times(rate, o.Share), o.Keys)
	}
	if opened > 0 {
		p.missing = TTLMisses(opened/processes, p.Kinds, p.Skew, p.Seconds) / (opened / processes)
	}
	calls := max(1, p.Calls)
	p.stranger = min(calls, exact.Times(processes, math.Ceil(max(1, p.Session)/max(1, p.Seconds)))) / calls
}

// lasts returns how long a request waits for keys, in nanoseconds.
func (p *Persons) lasts(q *request) int64 {
	if p.Key.IsZero() {
		return 0
	}
	t, u := int64(0), drawCaller.uniform(q.seed)
	known := u >= p.stranger
	if q.write {
		if !known { // what a command writes is sealed with its caller's key
			t = p.Alias.sample(drawAlias.uniform(q.seed)) + p.Key.sample(drawKey.uniform(q.seed))
		}
		return t
	}
	if !known && drawToken.uniform(q.seed) < p.Tokens {
		t = p.Alias.sample(drawAlias.uniform(q.seed))
	}
	u = drawOpening.uniform(q.seed)
	for _, o := range p.Opened {
		if u >= o.Share {
			u -= o.Share
			continue
		}
		return t + p.fetch(q.seed, exact.Times(o.Keys, p.missing))
	}
	return t
}

// fetch returns how long it takes to have a mean number of keys, of which AtOnce are
// asked for at a time: each round lasts as long as its slowest, the largest of n times
// being the quantile u^(1/n) of one.
func (p *Persons) fetch(seed uint64, mean float64) int64 {
	n := int(mean)
	if drawKeys.uniform(seed) < mean-float64(n) {
		n++
	}
	t := int64(0)
	for round := uint64(0); n > 0; round++ {
		k := min(n, max(1, p.AtOnce))
		t += p.Key.sample(exact.Pow(drawKey.uniform(seed+round), 1/float64(k)))
		n -= k
	}
	return t
}
