package ring_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"fulcrum/lambdas/ring"
)

// TestLookupsDuringChanges reads while nodes join and leave, for the race
// detector, and checks that no reader ever sees half a change: node-0 and node-1
// always stay, the guests come and go in pairs.
func TestLookupsDuringChanges(t *testing.T) {
	t.Parallel()
	for _, a := range all {
		c, err := ring.New(a, ring.Node{Name: "node-0"}, ring.Node{Name: "node-1"})
		if err != nil {
			t.Fatal(err)
		}
		var readers sync.WaitGroup
		stop := make(chan struct{})
		for range 3 {
			readers.Go(func() {
				var buffer [4]string
				for k := 0; ; k++ {
					select {
					case <-stop:
						return
					default:
					}
					key := fmt.Sprint("key", k%1000)
					if c.Owner(key) == "" {
						t.Errorf("%s: %s has no owner", a.Name(), key)
						return
					}
					if n := len(c.Owners(buffer[:0], key, 4)); n != 2 && n != 4 {
						t.Errorf("%s: %d owners, half a change was seen", a.Name(), n)
						return
					}
				}
			})
		}
		for range 40 {
			if err := c.Join(ring.Node{Name: "guest-a"}, ring.Node{Name: "guest-b"}); err != nil {
				t.Error(err)
			}
			if err := c.Leave("guest-a", "guest-b"); err != nil {
				t.Error(err)
			}
		}
		close(stop)
		readers.Wait()
	}
}

func TestLookupsAllocateNothing(t *testing.T) {
	for _, a := range all {
		c, err := ring.New(a, ring.Node{Name: "a"}, ring.Node{Name: "b"}, ring.Node{Name: "c"})
		if err != nil {
			t.Fatal(err)
		}
		buffer := make([]string, 0, 3)
		if n := testing.AllocsPerRun(100, func() {
			c.Owner("dinner/42")
			buffer = c.Owners(buffer[:0], "dinner/42", 3)
		}); n != 0 {
			t.Errorf("%s: a lookup allocates %v times", a.Name(), n)
		}
	}
}

func TestEmptyClusterHasNoOwner(t *testing.T) {
	t.Parallel()
	for _, a := range ring.Algorithms() {
		c, err := ring.New(a)
		if err != nil {
			t.Fatal(err)
		}
		if owner, owners := c.Owner("key"), c.Owners(nil, "key", 2); owner != "" || len(owners) != 0 {
			t.Errorf("%s: owner %q, owners %v of no nodes", a.Name(), owner, owners)
		}
	}
}

func TestProblemsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := ring.New(ring.Ring{}, ring.Node{Name: "a"}, ring.Node{Name: "a"}, ring.Node{Name: " "}, ring.Node{Name: "b", Weight: -1})
	if err == nil {
		t.Fatal("wrong nodes were accepted")
	}
	for _, want := range []string{`"a" is given twice`, `" " is empty`, `weight -1 of node "b"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	for _, x := range []struct {
		algorithm ring.Algorithm
		nodes     []ring.Node
		want      string
	}{
		{ring.Jump{}, []ring.Node{{Name: "a"}, {Name: "b", Weight: 2}}, "jump has no weights"},
		{ring.Maglev{Size: 1000}, []ring.Node{{Name: "a"}}, "not a prime"},
		{ring.Maglev{Size: 3}, []ring.Node{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}, "below the number of nodes 4"},
		{ring.Ring{Virtual: -1}, []ring.Node{{Name: "a"}}, "virtual nodes are out of range"},
		{ring.Bounded{Epsilon: -1}, []ring.Node{{Name: "a"}}, "epsilon -1 is out of range"},
		{ring.Bounded{Partitions: 1000}, []ring.Node{{Name: "a"}}, "power of two"},
	} {
		if _, err := ring.New(x.algorithm, x.nodes...); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%+v: got %v, want %q", x.algorithm, err, x.want)
		}
	}
}

func TestFailedChangesChangeNothing(t *testing.T) {
	t.Parallel()
	c, err := ring.New(ring.Ring{}, ring.Node{Name: "a"}, ring.Node{Name: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Join(ring.Node{Name: "a"}) == nil || c.Leave("a", "z") == nil || c.Replace(ring.Node{}) == nil {
		t.Error("a wrong change was accepted")
	}
	if got := fmt.Sprint(c.Nodes()); got != "[{a 1} {b 1}]" {
		t.Errorf("nodes are %s after failed changes", got)
	}
}
