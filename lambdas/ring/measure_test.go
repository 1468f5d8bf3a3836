package ring_test

import (
	"fmt"
	"math"
	"testing"

	"fulcrum/lambdas/ring"
)

func TestMeasure(t *testing.T) {
	t.Parallel()
	nodes := func(weights ...float64) (out []ring.Node) {
		for i, w := range weights {
			out = append(out, ring.Node{Name: fmt.Sprintf("n%02d", i), Weight: w})
		}
		return out
	}
	for _, x := range []struct {
		algorithm     ring.Algorithm
		before, after []ring.Node
		ideal, moved  float64
	}{
		{ring.Rendezvous{}, nodes(1, 1, 1), nodes(1, 1, 1, 1), 0.25, 0.25},
		{ring.Rendezvous{}, nodes(1, 1, 1, 1), nodes(1, 1, 1), 0.25, 0.25},
		{ring.Rendezvous{}, nodes(1, 1, 2), nodes(1, 1, 2, 4), 0.5, 0.5},
		{ring.Modulo{}, nodes(1, 1, 1), nodes(1, 1, 1, 1), 0.25, 0.75},
		{ring.Ring{}, nodes(1, 1), nodes(1, 1), 0, 0},
	} {
		m, err := ring.Measure(x.algorithm, x.before, x.after, 50_000)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(m.IdealFraction-x.ideal) > 1e-12 || math.Abs(m.MovedFraction-x.moved) > 0.01 {
			t.Errorf("%s %v to %v: ideal %v, moved %v; want %v, %v", m.Algorithm, x.before, x.after, m.IdealFraction, m.MovedFraction, x.ideal, x.moved)
		}
		if m.LoadMaxOverMean < 1 || m.LoadMaxOverMean > 1.3 || m.LoadStddevOverMean > 0.2 || m.LookupNs <= 0 {
			t.Errorf("%s: implausible %+v", m.Algorithm, m)
		}
	}
	if _, err := ring.Measure(ring.Ring{}, nodes(1), nodes(1), 0); err == nil {
		t.Error("no keys were accepted")
	}
}
