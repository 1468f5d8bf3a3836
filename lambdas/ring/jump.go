package ring

import "fmt"

// Jump is jump consistent hashing: no memory, a perfect spread, and exactly the
// ideal share of keys moved, as long as nodes come and go at the end of the name
// order (Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm",
// 2014). A node that leaves from the middle renumbers all that follow. It has no
// weights.
type Jump struct{}

// Name returns "jump".
func (Jump) Name() string { return "jump" }

// Place implements [Algorithm]. It fails if nodes differ in weight.
func (Jump) Place(nodes []Node) (Table, error) {
	if len(nodes) > 0 && !uniform(nodes) {
		return nil, fmt.Errorf("jump has no weights: give all %d nodes the same weight, or use ring, rendezvous, maglev or bounded", len(nodes))
	}
	return jump(names(nodes)), nil
}

type jump []string

// Owner implements [Table].
func (j jump) Owner(hash uint64) string {
	if len(j) == 0 {
		return ""
	}
	return j[jumpHash(hash, len(j))]
}

// Owners implements [Table]. The further owners are those of the key's hash mixed
// again, skipping repetitions.
func (j jump) Owners(dst []string, hash uint64, n int) []string {
	n = min(n, len(j))
	start := len(dst)
	for tries := 0; len(dst)-start < n && tries < 16*len(j); tries++ {
		dst = appendNew(dst, start, j.Owner(hash))
		hash = mix(hash + 0x9e3779b97f4a7c15)
	}
	for i := 0; len(dst)-start < n; i++ {
		dst = appendNew(dst, start, j[i])
	}
	return dst
}

// jumpHash returns the bucket of key among n buckets, numbered from 0: the
// published algorithm, line by line.
func jumpHash(key uint64, n int) int {
	b, j := int64(-1), int64(0)
	for j < int64(n) {
		b = j
		key = key*2862933555777941757 + 1
		j = int64(float64(b+1) * (float64(int64(1)<<31) / float64((key>>33)+1)))
	}
	return int(b)
}
