package latency

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency/exact"
)

// Authorizer is a function that a front door asks whether a request may pass, unless it
// has kept the answer.
type Authorizer struct {
	// Time is that of one call.
	Time Dist
	// Reads and Writes are the shares of them that wait for a call.
	Reads, Writes float64
}

// Asked works out how often an API asks its authorizer: for each caller and, if the
// route is part of what identifies a call, for each of their routes, unless the answer
// is still kept. A REST API whose authorizer does not say how long keeps it for
// unset seconds, an HTTP API not at all.
func Asked(r *assembly.Resource, d Demand, unset float64) Authorizer {
	seconds, set := r.Number("AuthorizerResultTtlInSeconds")
	if !set && r.Type == "AWS::ApiGateway::Authorizer" {
		seconds = unset
	}
	missing := func(share float64) float64 {
		if calls := d.SessionCalls * share; calls > 0 {
			return SessionMisses(calls, d.SessionSeconds, seconds) / calls
		}
		return 1
	}
	byRoute := strings.Contains(fmt.Sprint(r.Get("IdentitySource")), "routeKey")
	tokens := missing(d.of(func(c Call) bool { return c.Token }))
	var out Authorizer
	for _, c := range d.Calls {
		if !c.Token || c.Share == 0 {
			continue
		}
		asked := tokens
		if byRoute {
			asked = missing(c.Share)
		}
		if c.Write {
			out.Writes += asked * c.Share / d.Writes
		} else {
			out.Reads += asked * c.Share / (1 - d.Writes)
		}
	}
	return out
}

// SessionMisses returns how many of a session's calls, on average, do not find an
// answer that is kept for seconds after it was fetched. The calls, so many on average,
// come at random over the session's length, in seconds. The k-th fetch waits for k
// calls and for k-1 times that an answer is kept, so that there is one with the
// probability that a Poisson process has k calls in what is left of the session.
func SessionMisses(calls, length, seconds float64) float64 {
	if calls <= 0 || seconds <= 0 || length <= 0 {
		return max(0, calls)
	}
	misses := 0.0
	for k := 0; ; k++ {
		left := exact.Times(calls, 1-exact.Times(float64(k), seconds/length))
		if left <= 0 {
			return misses
		}
		fewer, term := 0.0, exact.Exp(-left) // k calls at most
		for j := 1; j <= k+1; j++ {
			fewer += term
			term = exact.Times(term, left/float64(j))
		}
		if more := 1 - fewer; more > 1e-9 {
			misses += more
			continue
		}
		return misses
	}
}

// asked reports whether a request waits for the authorizer.
func (a *Authorizer) asked(q *request) bool {
	share := a.Reads
	if q.write {
		share = a.Writes
	}
	return share > 0 && drawAuthorizer.uniform(q.seed) < share
}
