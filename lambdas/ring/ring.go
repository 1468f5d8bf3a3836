// Package ring places keys on the nodes of a cluster, so that every client that
// knows the same nodes agrees on the owner of a key without asking anybody.
//
// Choose [Ring] for caches whose nodes come, go and differ in size, [Bounded]
// where no node may carry more than a set share over the mean, [Rendezvous] for
// few nodes and an exact spread, [Maglev] for an even spread and the fastest
// lookup, [Jump] for numbered shards that only grow or shrink at the end.
// [Modulo] is there for contrast: it moves nearly every key when a node joins.
//
// A placement depends on the set of nodes and their weights only, never on the
// order in which they joined, and is the same on every processor architecture.
package ring

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Node is a member of a cluster.
type Node struct {
	// Name identifies the node, for example "10.0.1.17:11211". Required.
	Name string
	// Weight is the node's share relative to the others.
	// Default: 1. The largest is [MaxWeight].
	Weight float64
}

// MaxWeight is the largest weight of a node. It bounds the number of points a
// node may put on a ring.
const MaxWeight = 1000

// A Table is the finished placement for one set of nodes. It never changes, so
// any number of goroutines may read it.
type Table interface {
	// Owner returns the name of the node that owns the key with this hash, "" if
	// there are no nodes.
	Owner(hash uint64) string
	// Owners appends to dst the names of n distinct nodes for the key with this
	// hash, its owner first, or of all nodes if there are fewer. It allocates only
	// what dst lacks.
	Owners(dst []string, hash uint64, n int) []string
}

// An Algorithm turns a set of nodes into a placement.
type Algorithm interface {
	// Name returns the algorithm's name as [ByName] takes it.
	Name() string
	// Place returns the placement for nodes, which come checked, with their
	// weights filled in, and in name order. It fails if the algorithm's own
	// settings are wrong or if it cannot serve these nodes.
	Place(nodes []Node) (Table, error)
}

// Hash returns the hash of a key, xxHash64 of its bytes.
func Hash(key string) uint64 { return xxhash.Sum64String(key) }

// normalize returns nodes in name order with their weights filled in, or every
// problem they have.
func normalize(nodes []Node) ([]Node, error) {
	sorted := slices.Clone(nodes)
	slices.SortStableFunc(sorted, func(a, b Node) int { return cmp.Compare(a.Name, b.Name) })
	var problems []error
	for i := range sorted {
		n := &sorted[i]
		if strings.TrimSpace(n.Name) == "" {
			problems = append(problems, fmt.Errorf("node name %q is empty: give each node a name, for example its address", n.Name))
		}
		if i > 0 && n.Name == sorted[i-1].Name {
			problems = append(problems, fmt.Errorf("node %q is given twice: name each node once and use its weight to enlarge it", n.Name))
		}
		if n.Weight == 0 {
			n.Weight = 1
		}
		if math.IsNaN(n.Weight) || n.Weight < 0 || n.Weight > MaxWeight {
			problems = append(problems, fmt.Errorf("weight %v of node %q is out of range: use a number above 0 and at most %d", n.Weight, n.Name, MaxWeight))
		}
	}
	return sorted, errors.Join(problems...)
}

// names returns the names of nodes.
func names(nodes []Node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.Name
	}
	return out
}

// uniform reports whether all nodes have the same weight.
func uniform(nodes []Node) bool {
	return !slices.ContainsFunc(nodes, func(n Node) bool { return n.Weight != nodes[0].Weight })
}

// appendNew appends name unless it is among the last elements of dst, from start.
func appendNew(dst []string, start int, name string) []string {
	if slices.Contains(dst[start:], name) {
		return dst
	}
	return append(dst, name)
}

// mix spreads the bits of x: the finalizer of SplitMix64 (Steele, Lea and Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
