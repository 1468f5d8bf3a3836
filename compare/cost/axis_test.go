package cost

import (
	"fmt"
	"math"
	"testing"

	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestACurveIsWhatItsDemandsCost holds what is worked out once along an axis to what
// each demand costs by itself, on the axis's places and between them.
func TestACurveIsWhatItsDemandsCost(t *testing.T) {
	for _, stack := range []string{"Baseline", "FrontDoor-Alb"} {
		m, base := sample(t, stack)
		edge := *m.Stack
		edge.Share = 0.25 // sees a part of the requests
		for _, x := range []struct {
			name  string
			model *Model
		}{
			{stack, m},
			{stack + " of a quarter", NewModel(&edge, "", facts.Default(), price.Options{}, base)},
			{stack + " with free allowances", NewModel(m.Stack, "", facts.Default(), price.Options{FreeTier: true}, base)},
		} {
			for _, axis := range []*Axis{OverRequests(base), OverBytes(base)} {
				for _, only := range []Part{"", Door} {
					usd := x.model.Curve(axis, only)
					for k := 0; k < len(axis.At); k += 17 {
						for _, at := range []float64{axis.At[k], axis.At[k] * 1.001} {
							want := x.model.USD(axis.demand(at))
							if only != "" {
								want = x.model.USD(axis.demand(at), only)
							}
							if got := usd(at); !near(got, want, 1e-12) {
								t.Errorf("%s, %q, at %g: $%v along the axis, $%v by itself", x.name, only, at, got, want)
							}
						}
					}
				}
			}
		}
	}
}

// TestManyOptionsHaveTheSameWinners holds the search along the cheapest of many curves
// to the one over every pair.
func TestManyOptionsHaveTheSameWinners(t *testing.T) {
	var curves []Curve
	for i := range everyPair {
		fixed, each := 10*float64(i)*float64(i), 1e-5/(1+float64(i)*float64(i)*float64(i))
		curves = append(curves, Curve{fmt.Sprint(i), func(n float64) float64 { return fixed + n*each }})
	}
	pairs := FindBreakEven(curves)
	many := FindBreakEven(append(curves, Curve{"dear", func(n float64) float64 { return 1e9 + n }}))
	if len(many.Intervals) < 5 || len(many.Intervals) != len(pairs.Intervals) {
		t.Fatalf("%d intervals of many, %d of every pair", len(many.Intervals), len(pairs.Intervals))
	}
	for i, x := range many.Intervals {
		y := pairs.Intervals[i]
		if x.Winner != y.Winner || math.Abs(x.From-y.From) > 1e-6*y.From || math.Abs(x.To-y.To) > 1e-6*y.To {
			t.Errorf("%+v of many, %+v of every pair", x, y)
		}
	}
	if len(many.Crossings) != len(many.Intervals)-1 {
		t.Errorf("%d crossings for %d intervals", len(many.Crossings), len(many.Intervals))
	}
}
