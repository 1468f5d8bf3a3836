package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// Policy is how a balancer picks a server for a request.
type Policy string

// Policies.
const (
	// Shared is one queue before all servers, first come, first served.
	Shared Policy = "fifo"
	// RoundRobin takes the servers in turn.
	RoundRobin Policy = "round-robin"
	// LeastOutstanding takes the server with the fewest requests, those of the same
	// number in turn.
	LeastOutstanding Policy = "least-outstanding"
	// WeightedRandom takes a server at random by weight.
	WeightedRandom Policy = "weighted-random"
	// Random takes a server at random.
	Random Policy = "random"
	// TwoChoices takes the server with fewer requests of two picked at random, the
	// same one possibly twice (Mitzenmacher's supermarket model).
	TwoChoices Policy = "two-choices"
	// Sticky keeps a client at the server it was first given, in turn.
	Sticky Policy = "sticky"
)

// Policies lists all policies.
func Policies() []Policy {
	return []Policy{Shared, RoundRobin, LeastOutstanding, WeightedRandom, Random, TwoChoices, Sticky}
}

// choose returns a server for a request, none if no server takes any.
func (s *servers) choose(i int32) int32 {
	n := len(s.active)
	if n == 0 {
		return none
	}
	q := &s.run.requests[i]
	seed := q.seed + uint64(q.attempt)
	switch s.Policy {
	case LeastOutstanding:
		return s.least()
	case WeightedRandom:
		return s.weighted(drawChoice.uniform(seed))
	case Random:
		return s.active[drawChoice.below(seed, n)]
	case TwoChoices:
		a, b := s.active[drawChoice.below(seed, n)], s.active[drawOther.below(seed, n)]
		if s.all[b].outstanding() < s.all[a].outstanding() {
			return b
		}
		return a
	case Sticky:
		client := drawClient.below(q.seed, max(1, s.run.model.Clients))
		if at, known := s.sessions[client]; known && s.all[at].eligible() {
			return at
		}
		s.sessions[client] = s.inTurn()
		return s.sessions[client]
	}
	return s.inTurn()
}

// inTurn returns the next server; one that starts slowly lets turns pass while
// its share grows.
func (s *servers) inTurn() int32 {
	for {
		s.turn++
		if s.turn >= len(s.active) {
			s.turn = 0
		}
		v := &s.all[s.active[s.turn]]
		if s.slowStart == 0 || s.run.now-v.since >= s.slowStart || v.since == 0 {
			return s.active[s.turn]
		}
		// A hundredth of a share at the start keeps the search finite.
		v.credit += math.Max(0.01, float64(s.run.now-v.since)/float64(s.slowStart))
		if v.credit >= 1 {
			v.credit--
			return s.active[s.turn]
		}
	}
}

func (s *servers) least() int32 {
	n := len(s.active)
	s.turn++
	if s.turn >= n {
		s.turn = 0
	}
	best, fewest := none, math.MaxInt
	for k := range n {
		at := s.turn + k
		if at >= n {
			at -= n
		}
		if o := s.all[s.active[at]].outstanding(); o < fewest {
			best, fewest = s.active[at], o
			if o == 0 {
				break
			}
		}
	}
	return best
}

func (s *servers) weighted(u float64) int32 {
	total := 0.0
	for _, a := range s.active {
		total += exact.Times(s.all[a].weight, s.all[a].trust)
	}
	left := exact.Times(u, total)
	for _, a := range s.active {
		if left -= exact.Times(s.all[a].weight, s.all[a].trust); left < 0 {
			return a
		}
	}
	return s.active[len(s.active)-1]
}

// judge moves weight away from servers that fail more than the rest, and gives it
// back step by step.
func (s *servers) judge() {
	var served, failed float64
	for i := range s.all {
		served += s.all[i].served
		failed += s.all[i].failed
	}
	for i := range s.all {
		v := &s.all[i]
		rest := (failed - v.failed) / math.Max(1, served-v.served)
		if v.served > 0 && v.failed/v.served > 2*rest+0.05 {
			v.trust = math.Max(0.01, v.trust/2)
		} else {
			v.trust = math.Min(1, v.trust*2)
		}
		v.served, v.failed = 0, 0
	}
}
