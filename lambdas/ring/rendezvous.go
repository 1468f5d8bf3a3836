package ring

import (
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Rendezvous is highest random weight hashing: every node scores the key and the
// highest score owns it (Thaler and Ravishankar, "A Name-Based Mapping Scheme for
// Rendezvous", 1996). The spread follows the weights exactly and only the ideal
// share of keys moves; a lookup costs time proportional to the number of nodes.
//
// With weights the score is -w/ln(u) for a hash u in (0,1), which gives a node
// the share w/Σw (the logarithmic method of Schindelhauer and Schomaker, "Weighted
// Distributed Hash Tables", SPAA 2005).
type Rendezvous struct{}

// Name returns "rendezvous".
func (Rendezvous) Name() string { return "rendezvous" }

// Place implements [Algorithm].
func (Rendezvous) Place(nodes []Node) (Table, error) {
	t := rendezvous{names: names(nodes), seeds: make([]uint64, len(nodes))}
	for i, n := range nodes {
		t.seeds[i] = xxhash.Sum64String(n.Name)
	}
	if len(nodes) == 0 || uniform(nodes) {
		return &t, nil
	}
	w := &weighted{rendezvous: t, weights: make([]float64, len(nodes))}
	for i, n := range nodes {
		w.weights[i] = n.Weight
	}
	return w, nil
}

// rendezvous places on nodes of one weight, where the highest hash wins.
type rendezvous struct {
	names []string
	seeds []uint64
}

// Owner implements [Table].
func (r *rendezvous) Owner(hash uint64) string {
	best, owner := uint64(0), ""
	for i, seed := range r.seeds {
		if s := mix(hash ^ seed); s > best || owner == "" {
			best, owner = s, r.names[i]
		}
	}
	return owner
}

// Owners implements [Table].
func (r *rendezvous) Owners(dst []string, hash uint64, n int) []string {
	start := len(dst)
	for range min(n, len(r.names)) {
		best, at := uint64(0), -1
		for i, seed := range r.seeds {
			if s := mix(hash ^ seed); (s > best || at < 0) && !slices.Contains(dst[start:], r.names[i]) {
				best, at = s, i
			}
		}
		dst = append(dst, r.names[at])
	}
	return dst
}

// weighted places on nodes of different weights.
type weighted struct {
	rendezvous
	weights []float64
}

// Owner implements [Table].
func (w *weighted) Owner(hash uint64) string {
	best, owner := -1.0, ""
	for i, seed := range w.seeds {
		if s := w.weights[i] / negLog(mix(hash^seed)); s > best {
			best, owner = s, w.names[i]
		}
	}
	return owner
}

// Owners implements [Table].
func (w *weighted) Owners(dst []string, hash uint64, n int) []string {
	start := len(dst)
	for range min(n, len(w.names)) {
		best, at := -1.0, -1
		for i, seed := range w.seeds {
			if s := w.weights[i] / negLog(mix(hash^seed)); s > best && !slices.Contains(dst[start:], w.names[i]) {
				best, at = s, i
			}
		}
		dst = append(dst, w.names[at])
	}
	return dst
}

// negLog returns -ln(u) for the hash x read as a number u in (0,1). It rounds
// after every product, so that no processor fuses a multiplication with an
// addition and two clients never disagree on an owner.
func negLog(x uint64) float64 {
	u := (float64(x>>12) + 0.5) * (1.0 / (1 << 52))
	fraction, exponent := math.Frexp(u)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	// ln(f) = 2·artanh(s) with s = (f-1)/(f+1), |s| ≤ 0.1716.
	s := (fraction - 1) / (fraction + 1)
	s2 := float64(s * s)
	series := 0.0
	for k := 21; k >= 1; k -= 2 {
		series = float64(series*s2) + 1/float64(k)
	}
	return -(float64(2*s*series) + float64(float64(exponent)*math.Ln2))
}
