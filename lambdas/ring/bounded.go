package ring

import (
	"fmt"
	"math"
)

// Bounded is consistent hashing with bounded loads: keys fall into partitions,
// and a partition belongs to the next node on a [Ring] that has room, where a
// node has room for (1+ε) times its fair share, rounded up (Mirrokni, Thorup and
// Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018). A join or a
// leave moves O(1/ε²) times the ideal number of keys, some of them between nodes
// that stay.
type Bounded struct {
	// Virtual is the number of points of a node of weight 1.
	// Default: [DefaultVirtual].
	Virtual int
	// Epsilon is how far over its fair share a node may be loaded, 0.25 for 25 %.
	// Default: [DefaultEpsilon].
	Epsilon float64
	// Partitions is the number of partitions, a power of two.
	// Default: [DefaultPartitions].
	Partitions int
}

// Defaults of [Bounded].
const (
	DefaultEpsilon    = 0.25
	DefaultPartitions = 1 << 16
)

// Name returns "bounded".
func (Bounded) Name() string { return "bounded" }

// Place implements [Algorithm].
func (b Bounded) Place(nodes []Node) (Table, error) {
	if b.Epsilon == 0 {
		b.Epsilon = DefaultEpsilon
	}
	if b.Partitions == 0 {
		b.Partitions = DefaultPartitions
	}
	if math.IsNaN(b.Epsilon) || b.Epsilon < 0.001 || b.Epsilon > 100 {
		return nil, fmt.Errorf("epsilon %v is out of range: use 0.001 to 100, %v lets a node carry a quarter more than its share", b.Epsilon, DefaultEpsilon)
	}
	if b.Partitions < 1 || b.Partitions > 1<<24 || b.Partitions&(b.Partitions-1) != 0 {
		return nil, fmt.Errorf("%d partitions: use a power of two up to %d, %d by default", b.Partitions, 1<<24, DefaultPartitions)
	}
	c, err := newCircle(nodes, b.Virtual)
	if err != nil {
		return nil, err
	}
	t := &bounded{circle: c}
	if len(nodes) > 0 {
		t.owner = fillPartitions(c, nodes, b)
		t.mask = uint64(b.Partitions - 1) //nolint:gosec // positive
	}
	return t, nil
}

type bounded struct {
	circle *circle
	owner  []uint32
	mask   uint64
}

// fillPartitions gives each partition to the next node with room. Partitions are
// served in the order of their numbers, which has nothing to do with their place
// on the circle, so that the outcome has no history.
func fillPartitions(c *circle, nodes []Node, b Bounded) []uint32 {
	weight := 0.0
	for _, n := range nodes {
		weight += n.Weight
	}
	room := make([]int, len(nodes))
	for i, n := range nodes {
		room[i] = int(math.Ceil((1 + b.Epsilon) * float64(b.Partitions) * n.Weight / weight))
	}
	owner := make([]uint32, b.Partitions)
	for p := range owner {
		at := c.after(place(uint64(p))) //nolint:gosec // p counts from 0
		for {
			if at == len(c.points) {
				at = 0
			}
			if n := c.points[at].node; room[n] > 0 {
				room[n]--
				owner[p] = n
				break
			}
			at++
		}
	}
	return owner
}

// place returns where partition p lies on the circle.
func place(p uint64) uint64 { return mix((p + 1) * 0x9e3779b97f4a7c15) }

// Owner implements [Table].
func (b *bounded) Owner(hash uint64) string {
	if len(b.owner) == 0 {
		return ""
	}
	return b.circle.names[b.owner[hash&b.mask]]
}

// Owners implements [Table]. The further owners are the nodes that follow the
// partition on the circle.
func (b *bounded) Owners(dst []string, hash uint64, n int) []string {
	if len(b.owner) == 0 || n < 1 {
		return dst
	}
	n = min(n, len(b.circle.names))
	start, c := len(dst), b.circle
	dst = append(dst, b.Owner(hash))
	at := c.after(place(hash & b.mask))
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
