package ring

import (
	"fmt"
	"math"
	"testing"
)

// TestJumpReferenceVectors holds the outcome of the C++ code printed in Lamping
// and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014), figure 1.
// The first five are the vectors that its ports to other languages share.
func TestJumpReferenceVectors(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		key     uint64
		buckets int
		want    int
	}{
		{1, 1, 0}, {42, 57, 43}, {0xDEAD10CC, 1, 0}, {0xDEAD10CC, 666, 361}, {256, 1024, 520},
		{0, 60, 0}, {1, 60, 55}, {2, 60, 46}, {math.MaxUint64, 1000, 313},
		{1 << 63, 100, 84}, {0xDEAD10CC, 100_000, 6591}, {1, 1_000_000, 985_611},
	} {
		if got := jumpHash(v.key, v.buckets); got != v.want {
			t.Errorf("jump(%#x, %d) = %d, want %d", v.key, v.buckets, got, v.want)
		}
	}
}

const keys = 400_000

func cluster(t *testing.T, a Algorithm, weights ...float64) *Cluster {
	t.Helper()
	nodes := make([]Node, len(weights))
	for i, w := range weights {
		nodes[i] = Node{Name: fmt.Sprintf("node-%04d", i+1), Weight: w}
	}
	c, err := New(a, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

// shares returns each node's share of the keys over its share of the weights.
func shares(c *Cluster) []float64 {
	counts, total := map[string]float64{}, 0.0
	for k := range uint64(keys) {
		counts[c.Table().Owner(mix(k+1))]++
	}
	nodes := c.Nodes()
	for _, n := range nodes {
		total += n.Weight
	}
	out := make([]float64, len(nodes))
	for i, n := range nodes {
		out[i] = counts[n.Name] / keys / (n.Weight / total)
	}
	return out
}

func deviation(shares []float64) float64 {
	sum := 0.0
	for _, s := range shares {
		sum += (s - 1) * (s - 1)
	}
	return math.Sqrt(sum / float64(len(shares)))
}

func moved(t *testing.T, a Algorithm, n int) float64 {
	t.Helper()
	before, after := cluster(t, a, equal(n)...).Table(), cluster(t, a, equal(n+1)...).Table()
	count := 0.0
	for k := range uint64(keys) {
		if h := mix(k + 1); before.Owner(h) != after.Owner(h) {
			count++
		}
	}
	return count / keys
}

// TestSpread compares the deviation of the nodes' shares, 100 nodes of one
// weight, with what theory says. Sampling keys alone gives √((n-1)/keys), the
// multinomial's. A ring of v points adds its arcs: a share is a sum of v of n·v
// exchangeable spacings, Beta(v, (n-1)v), of deviation √((n-1)/(n·v+1)) of the
// mean (Pyke, "Spacings", 1965; Karger et al. 1997 bound its tail). The deviation
// of 100 samples is itself known to 1/√200 = 7 %; four times that is allowed.
func TestSpread(t *testing.T) {
	t.Parallel()
	const n = 100.0
	sampling := math.Sqrt((n - 1) / keys)
	arcs := func(v float64) float64 { return math.Hypot(sampling, math.Sqrt((n-1)/(n*v+1))) }
	for _, x := range []struct {
		algorithm Algorithm
		want      float64
	}{
		{Jump{}, sampling}, {Rendezvous{}, sampling}, {Modulo{}, sampling},
		{Ring{Virtual: 1}, arcs(1)}, {Ring{Virtual: 20}, arcs(20)}, {Ring{}, arcs(160)}, {Ring{Virtual: 1000}, arcs(1000)},
	} {
		got := deviation(shares(cluster(t, x.algorithm, equal(n)...)))
		if got < x.want*0.72 || got > x.want*1.28 {
			t.Errorf("%s %+v: deviation %.5f of the mean, theory says %.5f", x.algorithm.Name(), x.algorithm, got, x.want)
		}
	}
}

// TestIdealMove compares the share of keys that move when an eleventh node joins
// with the ideal 1/11, within five deviations: of the sample, and for a ring also
// of the joiner's arcs. Modulo moves 10/11.
func TestIdealMove(t *testing.T) {
	t.Parallel()
	const ideal = 1.0 / 11
	sample := math.Sqrt(ideal * (1 - ideal) / keys)
	for _, x := range []struct {
		algorithm      Algorithm
		want, deviates float64
	}{
		{Jump{}, ideal, sample},
		{Rendezvous{}, ideal, sample},
		{Ring{}, ideal, ideal * math.Sqrt(10.0/(11*160+1))},
		{Ring{Virtual: 1000}, ideal, ideal * math.Sqrt(10.0/(11*1000+1))},
		{Modulo{}, 1 - ideal, sample},
	} {
		if got := moved(t, x.algorithm, 10); math.Abs(got-x.want) > 5*x.deviates {
			t.Errorf("%s moved %.4f of the keys, want %.4f ± %.4f", x.algorithm.Name(), got, x.want, 5*x.deviates)
		}
	}
}

// TestMaglevBounds holds the Maglev paper to its words (section 3.4): turns leave
// slots that differ by at most one, so a table of 100 slots a node keeps shares
// within 1 %; and it moves more keys than the ideal, but few (section 5.3 reports
// about 2 % changed slots beyond the failed node's at 65537 slots).
func TestMaglevBounds(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 10, 100, 655} {
		nodes, err := normalize(cluster(t, Modulo{}, equal(n)...).Nodes())
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]int, n)
		for _, s := range fillSlots(nodes, DefaultMaglevSize) {
			counts[s]++
		}
		for i, c := range counts {
			if fair := DefaultMaglevSize / n; c < fair || c > fair+1 {
				t.Errorf("%d nodes: node %d has %d slots, want %d or %d", n, i, c, fair, fair+1)
			}
		}
	}
	if got := moved(t, Maglev{}, 10); got < 1.0/11*0.98 || got > 1.0/11+0.04 {
		t.Errorf("maglev moved %.4f of the keys, want 0.0909 to 0.1309", got)
	}
}

// TestBoundedLoad holds the guarantee of Mirrokni, Thorup and Zadimoghaddam: no
// node has more than ⌈(1+ε)·m/n⌉ of m balls, here partitions, whatever ε; and a
// join moves O(1/ε²) times the ideal, here with the constant 1 besides the
// joiner's own share.
func TestBoundedLoad(t *testing.T) {
	t.Parallel()
	for _, epsilon := range []float64{0.01, 0.1, 0.25, 1} {
		a := Bounded{Epsilon: epsilon, Virtual: 20}
		for _, weights := range [][]float64{equal(3), equal(10), equal(64), {1, 2, 4, 8}} {
			c := cluster(t, a, weights...)
			total := 0.0
			for _, w := range weights {
				total += w
			}
			counts := make([]int, len(weights))
			for _, o := range c.Table().(*bounded).owner {
				counts[o]++
			}
			for i, n := range counts {
				if limit := int(math.Ceil((1 + epsilon) * DefaultPartitions * weights[i] / total)); n > limit {
					t.Errorf("ε %v, weights %v: node %d has %d partitions, at most %d allowed", epsilon, weights, i, n, limit)
				}
			}
		}
		if got, limit := moved(t, a, 10), (1+1/(epsilon*epsilon))/11; got > limit {
			t.Errorf("ε %v: a join moved %.4f of the keys, bound %.4f", epsilon, got, limit)
		}
	}
}

// TestWeights checks that a node's share of keys follows its weight: exactly for
// rendezvous (five deviations of the sample), within the arcs' deviation for a
// ring, within a slot a node for Maglev.
func TestWeights(t *testing.T) {
	t.Parallel()
	weights := []float64{1, 2, 3, 10}
	for _, x := range []struct {
		algorithm Algorithm
		allowed   float64
	}{
		{Rendezvous{}, 5 * math.Sqrt(15.0/keys)},
		{Maglev{}, 5 * math.Sqrt(15.0/keys)},
		{Ring{Virtual: 1000}, 5 / math.Sqrt(1000)},
	} {
		for i, s := range shares(cluster(t, x.algorithm, weights...)) {
			if math.Abs(s-1) > x.allowed {
				t.Errorf("%s: node of weight %v has %.4f of its share, allowed ± %.4f", x.algorithm.Name(), weights[i], s, x.allowed)
			}
		}
	}
}

func TestNegLogAgreesWithMath(t *testing.T) {
	t.Parallel()
	for k := range uint64(10_000) {
		x := mix(k)
		want := -math.Log((float64(x>>12) + 0.5) / (1 << 52))
		if got := negLog(x); math.Abs(got-want) > 1e-14*math.Max(1, want) {
			t.Fatalf("negLog(%#x) = %v, want %v", x, got, want)
		}
	}
}
