package ring

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"time"
)

// Measured is how an algorithm spreads keys over nodes, and what moves when nodes
// join or leave.
type Measured struct {
	Algorithm string `json:"algorithm"`
	Nodes     int    `json:"nodes"`
	Keys      int    `json:"keys"`
	// MovedFraction is the share of keys with another owner after the change,
	// IdealFraction what must move where shares are even before and after: the
	// joiners' share of the new total weight, or the leavers' of the old. An algorithm
	// whose shares are uneven may move less.
	MovedFraction float64 `json:"moved_fraction"`
	IdealFraction float64 `json:"ideal_fraction"`
	// LoadMaxOverMean and LoadStddevOverMean are over the nodes before the change,
	// each node's load taken relative to its weight.
	LoadMaxOverMean    float64 `json:"load_max_over_mean"`
	LoadStddevOverMean float64 `json:"load_stddev_over_mean"`
	// LookupNs is the mean time of a lookup by key on this machine, in
	// nanoseconds. It is the only figure that differs between runs.
	LookupNs float64 `json:"lookup_ns"`
}

// Measure places keys on the nodes before and after a change of membership. Keys
// are the decimal numbers from 0.
func Measure(algorithm Algorithm, before, after []Node, keys int) (Measured, error) {
	if keys < 1 {
		return Measured{}, fmt.Errorf("%d keys: give at least 1", keys)
	}
	was, err := New(algorithm, before...)
	if err != nil {
		return Measured{}, err
	}
	is, err := New(algorithm, after...)
	if err != nil {
		return Measured{}, err
	}
	m := Measured{Algorithm: algorithm.Name(), Nodes: len(before), Keys: keys, IdealFraction: ideal(was.Nodes(), is.Nodes())}
	loads, moved := make(map[string]int, len(before)), 0
	old, young := was.Table(), is.Table()
	var digits [20]byte
	for k := range keys {
		h := Hash(string(strconv.AppendInt(digits[:0], int64(k), 10)))
		owner := old.Owner(h)
		loads[owner]++
		if young.Owner(h) != owner {
			moved++
		}
	}
	m.MovedFraction = float64(moved) / float64(keys)
	m.LoadMaxOverMean, m.LoadStddevOverMean = spread(was.Nodes(), loads, keys)
	m.LookupNs = lookupTime(was)
	return m, nil
}

// ideal returns the least share of keys that must change owner.
func ideal(before, after []Node) float64 {
	share := func(nodes []Node) map[string]float64 {
		total, s := 0.0, map[string]float64{}
		for _, n := range nodes {
			total += n.Weight
		}
		for _, n := range nodes {
			s[n.Name] = n.Weight / total
		}
		return s
	}
	was, is, least := share(before), share(after), 0.0
	for _, n := range after {
		if gain := is[n.Name] - was[n.Name]; gain > 0 {
			least += gain
		}
	}
	return least
}

func spread(nodes []Node, loads map[string]int, keys int) (largest, deviation float64) {
	total, squares := 0.0, 0.0
	for _, n := range nodes {
		total += n.Weight
	}
	for _, n := range nodes {
		relative := float64(loads[n.Name]) / float64(keys) * total / n.Weight
		largest = max(largest, relative)
		squares += (relative - 1) * (relative - 1)
	}
	return largest, math.Sqrt(squares / float64(len(nodes)))
}

// lookupTime returns the mean time of a lookup, in nanoseconds, the best of
// several rounds.
func lookupTime(c *Cluster) float64 {
	const rounds, lookups = 5, 20_000
	var keys [1 << 10]string
	for i := range keys {
		keys[i] = "dinner/" + strconv.Itoa(i*7919)
	}
	best, length := math.MaxFloat64, 0
	for range rounds {
		start := time.Now()
		for i := range lookups {
			length += len(c.Owner(keys[i%len(keys)]))
		}
		best = min(best, float64(time.Since(start).Nanoseconds())/lookups)
	}
	runtime.KeepAlive(length) // so that no lookup is optimized away
	return best
}
