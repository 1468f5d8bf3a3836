package ring_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fulcrum/lambdas/ring"
)

// Properties hold for any membership; settings are small to try many.
var consistent = []ring.Algorithm{
	ring.Ring{Virtual: 20},
	ring.Rendezvous{},
	ring.Jump{},
}

var all = append(slices.Clone(consistent), ring.Maglev{Size: 251}, ring.Bounded{Virtual: 20, Partitions: 256}, ring.Modulo{})

func drawNodes(t *rapid.T, a ring.Algorithm) []ring.Node {
	n := rapid.IntRange(1, 12).Draw(t, "nodes")
	weights := a.Name() != "jump" && rapid.Bool().Draw(t, "weights")
	nodes := make([]ring.Node, n)
	for i := range nodes {
		nodes[i].Name = fmt.Sprintf("cache-%03d", i)
		if weights {
			nodes[i].Weight = rapid.Float64Range(0.1, 8).Draw(t, "weight")
		}
	}
	return nodes
}

func build(t interface{ Fatal(...any) }, a ring.Algorithm, nodes []ring.Node) *ring.Cluster {
	c, err := ring.New(a, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func forEach(t *testing.T, algorithms []ring.Algorithm, check func(*rapid.T, ring.Algorithm)) {
	t.Helper()
	for _, a := range algorithms {
		t.Run(a.Name(), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { check(t, a) })
		})
	}
}

// TestJoinMovesKeysOnlyToTheJoiner is Karger's monotonicity. Jump promises it for
// a node that joins at the end of the order only.
func TestJoinMovesKeysOnlyToTheJoiner(t *testing.T) {
	t.Parallel()
	forEach(t, consistent, func(t *rapid.T, a ring.Algorithm) {
		nodes := drawNodes(t, a)
		at := len(nodes) - 1
		if a.Name() != "jump" {
			at = rapid.IntRange(0, len(nodes)-1).Draw(t, "joiner")
		}
		joiner := nodes[at]
		c := build(t, a, slices.Delete(slices.Clone(nodes), at, at+1))
		before := c.Table()
		if err := c.Join(joiner); err != nil {
			t.Fatal(err)
		}
		for k := range 200 {
			h := ring.Hash(fmt.Sprint("key", k))
			was, is := before.Owner(h), c.Table().Owner(h)
			if was != is && is != joiner.Name {
				t.Fatalf("key %d moved from %q to %q when %q joined", k, was, is, joiner.Name)
			}
		}
	})
}

func TestLeaveMovesKeysOnlyFromTheLeaver(t *testing.T) {
	t.Parallel()
	forEach(t, consistent, func(t *rapid.T, a ring.Algorithm) {
		nodes := drawNodes(t, a)
		at := len(nodes) - 1
		if a.Name() != "jump" {
			at = rapid.IntRange(0, len(nodes)-1).Draw(t, "leaver")
		}
		c := build(t, a, nodes)
		before := c.Table()
		if err := c.Leave(nodes[at].Name); err != nil {
			t.Fatal(err)
		}
		for k := range 200 {
			h := ring.Hash(fmt.Sprint("key", k))
			was, is := before.Owner(h), c.Table().Owner(h)
			if was != is && was != nodes[at].Name {
				t.Fatalf("key %d moved from %q to %q when %q left", k, was, is, nodes[at].Name)
			}
		}
	})
}

// TestPlacementHasNoHistory joins the same nodes in another order, with nodes
// that come and go in between.
func TestPlacementHasNoHistory(t *testing.T) {
	t.Parallel()
	forEach(t, all, func(t *rapid.T, a ring.Algorithm) {
		nodes := drawNodes(t, a)
		straight := build(t, a, nodes)
		shuffled := slices.Clone(nodes)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		winding := build(t, a, nil)
		for _, n := range shuffled {
			if err := winding.Join(n, ring.Node{Name: "guest", Weight: n.Weight}); err != nil {
				t.Fatal(err)
			}
			if err := winding.Leave("guest"); err != nil {
				t.Fatal(err)
			}
		}
		for k := range 100 {
			key := fmt.Sprint("key", k)
			if w, s := winding.Owner(key), straight.Owner(key); w != s {
				t.Fatalf("%s belongs to %q or to %q, by the order of joins %v", key, s, w, shuffled)
			}
			w, s := winding.Owners(nil, key, 3), straight.Owners(nil, key, 3)
			if !slices.Equal(w, s) {
				t.Fatalf("%s is kept by %v or by %v, by the order of joins", key, s, w)
			}
		}
	})
}

func TestOwnersAreDistinctMembersAndBeginWithTheOwner(t *testing.T) {
	t.Parallel()
	forEach(t, all, func(t *rapid.T, a ring.Algorithm) {
		nodes := drawNodes(t, a)
		c := build(t, a, nodes)
		n := rapid.IntRange(0, len(nodes)+2).Draw(t, "n")
		for k := range 50 {
			key := fmt.Sprint("key", k)
			got := c.Owners([]string{"kept"}, key, n)
			if len(got) != 1+min(n, len(nodes)) || got[0] != "kept" {
				t.Fatalf("%d owners of %d nodes: got %v", n, len(nodes), got)
			}
			if n > 0 && got[1] != c.Owner(key) {
				t.Fatalf("owners %v do not begin with the owner %q", got[1:], c.Owner(key))
			}
			seen := map[string]bool{}
			for _, name := range got[1:] {
				if seen[name] || !slices.ContainsFunc(nodes, func(n ring.Node) bool { return n.Name == name }) {
					t.Fatalf("owners %v of nodes %v", got[1:], nodes)
				}
				seen[name] = true
			}
		}
	})
}
