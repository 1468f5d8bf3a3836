package latency

import (
	"fmt"
	"strconv"
	"strings"
)

// Fault is something wrong from one time to another.
type Fault struct {
	// Kind is "slow", which multiplies times by Factor, or "down", which answers
	// with an error at once.
	Kind string
	// Target is "server" with a Server counted from 1, "compute" for all of them,
	// "store" or "cache".
	Target string
	Server int
	// From and To are in seconds from the start of the run.
	From, To float64
	Factor   float64
}

const faultForm = "KIND:TARGET@FROM-TO[×FACTOR], for example slow:1@60s-120s×10, down:2@60s-90s or slow:store@1m-2m×5"

// ParseFault reads a fault: KIND:TARGET@FROM-TO[×FACTOR]. Kinds are slow and
// down; targets are a server's number from 1, compute, store and cache; the
// factor may also be written x10.
func ParseFault(s string) (Fault, error) {
	fail := func(format string, args ...any) (Fault, error) {
		return Fault{}, fmt.Errorf("fault %q: %s: want %s", s, fmt.Sprintf(format, args...), faultForm)
	}
	kind, rest, ok1 := strings.Cut(s, ":")
	target, when, ok2 := strings.Cut(rest, "@")
	if !ok1 || !ok2 {
		return fail("a part is missing")
	}
	f := Fault{Kind: kind, Target: target, Factor: 1}
	if n, err := strconv.Atoi(target); err == nil {
		if f.Target, f.Server = "server", n; n < 1 || n > 100_000 {
			return fail("server %d is out of range", n)
		}
	}
	when = strings.Replace(when, "×", "x", 1)
	when, factor, scaled := strings.Cut(when, "x")
	from, to, ok := strings.Cut(when, "-")
	var err1, err2 error
	f.From, err1 = parseTime(from)
	f.To, err2 = parseTime(to)
	if !ok || err1 != nil || err2 != nil || f.To <= f.From {
		return fail("%q is not a span of time", when)
	}
	switch {
	case kind != "slow" && kind != "down":
		return fail("unknown kind %q", kind)
	case f.Target != "server" && target != "compute" && target != "store" && target != "cache":
		return fail("unknown target %q", target)
	case kind == "slow" && !scaled:
		return fail("a factor is missing")
	case kind == "down" && scaled:
		return fail("down takes no factor")
	case kind == "down" && (target == "store" || target == "cache"):
		return fail("only servers and compute can be down")
	}
	if scaled {
		v, err := strconv.ParseFloat(factor, 64)
		if err != nil || !(v > 0 && v <= 1e6) {
			return fail("factor %q is not a number above 0", factor)
		}
		f.Factor = v
	}
	return f, nil
}
