package ring

// Modulo takes the hash modulo the number of nodes, in name order: an even
// spread, but of n+1 nodes' keys n/(n+1) move when a node joins n others. A
// node's weight has no effect. It is here for contrast.
type Modulo struct{}

// Name returns "modulo".
func (Modulo) Name() string { return "modulo" }

// Place implements [Algorithm].
func (Modulo) Place(nodes []Node) (Table, error) { return modulo(names(nodes)), nil }

type modulo []string

// Owner implements [Table].
func (m modulo) Owner(hash uint64) string {
	if len(m) == 0 {
		return ""
	}
	return m[hash%uint64(len(m))]
}

// Owners implements [Table]. The further owners follow in name order.
func (m modulo) Owners(dst []string, hash uint64, n int) []string {
	for i := range min(n, len(m)) {
		dst = append(dst, m[(hash%uint64(len(m))+uint64(i))%uint64(len(m))]) //nolint:gosec // i counts from 0
	}
	return dst
}
