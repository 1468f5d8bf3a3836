package ring

import (
	"fmt"
	"math/big"

	"github.com/cespare/xxhash/v2"
)

// Maglev fills a table of prime size by letting the nodes take turns to claim
// slots, each in an order of its own (Eisenbud et al., "Maglev: A Fast and
// Reliable Software Network Load Balancer", NSDI 2016, section 3.4). Slots differ
// by at most one between nodes of one weight; a lookup is one read. A change of
// nodes moves a few keys between nodes that stay, which the paper accepts.
type Maglev struct {
	// Size is the number of slots, a prime of at least 100 times the number of
	// nodes to keep their shares within 1 % (the paper's rule).
	// Default: [DefaultMaglevSize].
	Size int
}

// DefaultMaglevSize is the table size that the Maglev paper uses.
const DefaultMaglevSize = 65537

const maxMaglevSize = 1 << 24

// Name returns "maglev".
func (Maglev) Name() string { return "maglev" }

// Place implements [Algorithm]. It fails if the size is not a prime, or too small
// for the nodes.
func (m Maglev) Place(nodes []Node) (Table, error) {
	size := m.Size
	if size == 0 {
		size = DefaultMaglevSize
	}
	if size < 3 || size > maxMaglevSize || !big.NewInt(int64(size)).ProbablyPrime(0) {
		return nil, fmt.Errorf("maglev size %d is not a prime from 3 to %d: use %d, or 655373 for many nodes", size, maxMaglevSize, DefaultMaglevSize)
	}
	if size < len(nodes) {
		return nil, fmt.Errorf("maglev size %d is below the number of nodes %d: use a prime of at least %d", size, len(nodes), 100*len(nodes))
	}
	t := &maglev{names: names(nodes)}
	if len(nodes) > 0 {
		t.slots = fillSlots(nodes, size)
	}
	return t, nil
}

type maglev struct {
	names []string
	slots []uint32
}

// fillSlots returns the owner of each slot. A node of weight w takes w/max(w) of
// a turn in every round.
func fillSlots(nodes []Node, size int) []uint32 {
	const free = ^uint32(0)
	slots := make([]uint32, size)
	for i := range slots {
		slots[i] = free
	}
	heaviest := 0.0
	offset, skip := make([]uint64, len(nodes)), make([]uint64, len(nodes))
	for i, n := range nodes {
		h := xxhash.Sum64String(n.Name)
		offset[i] = h % uint64(size)        //nolint:gosec // positive
		skip[i] = mix(h)%uint64(size-1) + 1 //nolint:gosec // positive
		heaviest = max(heaviest, n.Weight)
	}
	turns := make([]float64, len(nodes))
	for filled := 0; ; {
		for i, n := range nodes {
			turns[i] += n.Weight / heaviest
			if turns[i] < 1 {
				continue
			}
			turns[i]--
			for slots[offset[i]] != free {
				offset[i] = (offset[i] + skip[i]) % uint64(size) //nolint:gosec // positive
			}
			slots[offset[i]] = uint32(i) //nolint:gosec // at most maxMaglevSize nodes
			if filled++; filled == size {
				return slots
			}
		}
	}
}

// Owner implements [Table].
func (m *maglev) Owner(hash uint64) string {
	if len(m.slots) == 0 {
		return ""
	}
	return m.names[m.slots[hash%uint64(len(m.slots))]]
}

// Owners implements [Table]. The further owners are those of the slots that
// follow, then the nodes that have no slot.
func (m *maglev) Owners(dst []string, hash uint64, n int) []string {
	n = min(n, len(m.names))
	start := len(dst)
	for i := range m.slots {
		if len(dst)-start >= n {
			return dst
		}
		dst = appendNew(dst, start, m.names[m.slots[(hash+uint64(i))%uint64(len(m.slots))]]) //nolint:gosec // i counts from 0
	}
	for i := 0; len(dst)-start < n; i++ {
		dst = appendNew(dst, start, m.names[i])
	}
	return dst
}
