package ring

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Ring is consistent hashing with virtual nodes: every node puts points on a
// circle of hashes and a key belongs to the node of the next point (Karger et
// al., "Consistent Hashing and Random Trees", STOC 1997). A joining node takes
// keys for itself only, a leaving node gives up its own only.
//
// With v points a node's share has a standard deviation of about 1/√v of the
// mean.
type Ring struct {
	// Virtual is the number of points of a node of weight 1.
	// Default: [DefaultVirtual].
	Virtual int
}

// DefaultVirtual is the number of points of a node of weight 1, the value that
// libketama's clients made customary (40 digests of 4 points each).
const DefaultVirtual = 160

// maxPoints bounds a ring's memory to about 200 MiB.
const maxPoints = 1 << 23

// Name returns "ring".
func (Ring) Name() string { return "ring" }

// Place implements [Algorithm].
func (r Ring) Place(nodes []Node) (Table, error) {
	return newCircle(nodes, r.Virtual)
}

// circle is a ring's points in order, with an index that leads to the point that
// follows a hash in constant expected time instead of a binary search: points
// are spread evenly, so the bucket of a hash holds about one.
type circle struct {
	names  []string
	points []point
	// first[b] is the position of the first point whose hash lies in bucket b or
	// later; its last entry is len(points).
	first []uint32
	shift uint
}

type point struct {
	hash uint64
	node uint32
}

func newCircle(nodes []Node, virtual int) (*circle, error) {
	if virtual == 0 {
		virtual = DefaultVirtual
	}
	if virtual < 1 || virtual > 1_000_000 {
		return nil, fmt.Errorf("%d virtual nodes are out of range: use 1 to 1000000, %d is customary", virtual, DefaultVirtual)
	}
	total := 0
	counts := make([]int, len(nodes))
	for i, n := range nodes {
		counts[i] = max(1, int(math.Round(float64(virtual)*n.Weight)))
		total += counts[i]
	}
	if total > maxPoints {
		return nil, fmt.Errorf("%d nodes with %d virtual nodes each make %d points, more than %d: use fewer virtual nodes or smaller weights", len(nodes), virtual, total, maxPoints)
	}
	c := &circle{names: names(nodes), points: make([]point, 0, total)}
	for i, n := range nodes {
		seed := xxhash.Sum64String(n.Name)
		for v := range counts[i] {
			c.points = append(c.points, point{hash: pointHash(seed, v), node: uint32(i)}) //nolint:gosec // at most maxPoints nodes
		}
	}
	slices.SortFunc(c.points, func(a, b point) int {
		if o := cmp.Compare(a.hash, b.hash); o != 0 {
			return o
		}
		return strings.Compare(c.names[a.node], c.names[b.node])
	})
	c.index()
	return c, nil
}

// pointHash returns the place of a node's v-th point.
func pointHash(seed uint64, v int) uint64 {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(v)) //nolint:gosec // v counts from 0
	return xxhash.Sum64(b[:])
}

// index fills first with two to four buckets for each point.
func (c *circle) index() {
	width := max(1, bits.Len(uint(len(c.points)))+1)
	c.shift = uint(64 - width) //nolint:gosec // 1 ≤ width ≤ 25
	c.first = make([]uint32, 1<<width+1)
	next := 0
	for b := range c.first {
		for next < len(c.points) && c.points[next].hash>>c.shift < uint64(b) { //nolint:gosec // b counts from 0
			next++
		}
		c.first[b] = uint32(next) //nolint:gosec // at most maxPoints
	}
	c.first[1<<width] = uint32(len(c.points)) //nolint:gosec // at most maxPoints
}

// after returns the position of the point that follows hash, len(points) for none.
func (c *circle) after(hash uint64) int {
	i := int(c.first[hash>>c.shift])
	for i < len(c.points) && c.points[i].hash < hash {
		i++
	}
	return i
}

// Owner implements [Table].
func (c *circle) Owner(hash uint64) string {
	i := c.after(hash)
	if i == len(c.points) {
		if i == 0 {
			return ""
		}
		i = 0
	}
	return c.names[c.points[i].node]
}

// Owners implements [Table].
func (c *circle) Owners(dst []string, hash uint64, n int) []string {
	n = min(n, len(c.names))
	start, at := len(dst), c.after(hash)
	for range c.points {
		if len(dst)-start >= n {
			break
		}
		if at == len(c.points) {
			at = 0
		}
		dst = appendNew(dst, start, c.names[c.points[at].node])
		at++
	}
	return dst
}
