package compare

import (
	"slices"

	"fulcrum/compare/cost"
	"fulcrum/design"
)

// priced is what an option costs a month under a demand.
type priced func(cost.Demand) float64

// breakEven sets what options cost against each other over requests a month.
func breakEven(q question, options []priced, d *design.Design) (BreakEven, []cost.Curve) {
	base := cost.At(d, design.Base)
	var curves []cost.Curve
	for k, o := range q.Options {
		curves = append(curves, remembering(o.ID, func(n float64) float64 { return options[k](base.WithRequests(n)) }))
	}
	b := BreakEven{BreakEven: cost.FindBreakEven(curves), Requests: sampled(base.Load.Requests)}
	for _, x := range b.Crossings {
		b.Arithmetic = append(b.Arithmetic, cost.Arithmetic(curveOf(curves, x.Below), curveOf(curves, x.Above), x.Requests))
	}
	for _, curve := range curves {
		usd := make([]float64, len(b.Requests))
		for i, n := range b.Requests {
			usd[i] = curve.USD(n)
		}
		b.USD = append(b.USD, usd)
	}
	return b, curves
}

// sampled returns where curves are shown: evenly, and at the base load.
func sampled(base float64) []float64 {
	at := cost.Sample()
	if base > at[0] && base < at[len(at)-1] {
		at = append(at, base)
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// remembering is a curve that works out each point once.
func remembering(option string, usd func(requests float64) float64) cost.Curve {
	known := map[float64]float64{}
	return cost.Curve{Option: option, USD: func(n float64) float64 {
		v, ok := known[n]
		if !ok {
			v = usd(n)
			known[n] = v
		}
		return v
	}}
}

func curveOf(curves []cost.Curve, option string) cost.Curve {
	return curves[slices.IndexFunc(curves, func(c cost.Curve) bool { return c.Option == option })]
}
