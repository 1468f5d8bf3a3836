package compare

import (
	"slices"

	"fulcrum/compare/cost"
	"fulcrum/design"
)

// axes are what options are set against each other along, the same for all trade-offs.
type axes struct{ requests, bytes *cost.Axis }

func newAxes(d *design.Design) axes {
	base := cost.At(d, design.Base)
	return axes{cost.OverRequests(base), cost.OverBytes(base)}
}

// along returns what an option costs a month along an axis.
type along func(*cost.Axis) func(x float64) float64

// curves are the options' along an axis.
func curves(q question, options []along, a *cost.Axis) []cost.Curve {
	var out []cost.Curve
	for k, o := range q.Options {
		out = append(out, remembering(o.ID, options[k](a)))
	}
	return out
}

// breakEven sets what options cost against each other over requests a month.
func breakEven(curves []cost.Curve, base float64) BreakEven {
	b := BreakEven{BreakEven: cost.FindBreakEven(curves), Requests: sampled(base)}
	for _, x := range b.Crossings {
		b.Arithmetic = append(b.Arithmetic, cost.Arithmetic(curveOf(curves, x.Below), curveOf(curves, x.Above), x.Requests))
	}
	b.USD = evaluated(curves, b.Requests)
	return b
}

// evaluated is what each curve is at some places.
func evaluated(curves []cost.Curve, at []float64) [][]float64 {
	var all [][]float64
	for _, curve := range curves {
		usd := make([]float64, len(at))
		for i, x := range at {
			usd[i] = curve.USD(x)
		}
		all = append(all, usd)
	}
	return all
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
func remembering(option string, usd func(x float64) float64) cost.Curve {
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

// Payload is how options cost against each other at the base load over the mean size
// of a call.
type Payload struct {
	// BaseBytes is the design's own size, in and out together.
	BaseBytes float64           `json:"base_bytes"`
	Crossings []PayloadCrossing `json:"crossings"`
	Intervals []PayloadInterval `json:"intervals"`
	// Bytes are where the curves are sampled, USD what each option costs there.
	Bytes []float64   `json:"bytes"`
	USD   [][]float64 `json:"usd"`
}

// PayloadCrossing is a size of a call at which two options cost the same.
type PayloadCrossing struct {
	Bytes float64 `json:"bytes"`
	USD   float64 `json:"usd"`
	Below string  `json:"below"`
	Above string  `json:"above"`
}

// PayloadInterval is a range of sizes over which one option is the cheapest.
type PayloadInterval struct {
	From   float64 `json:"from_bytes"`
	To     float64 `json:"to_bytes"`
	Winner string  `json:"winner"`
}

// overPayload sets what options cost against each other over the size of a call.
func overPayload(curves []cost.Curve, at []float64, base float64) Payload {
	p := Payload{BaseBytes: base, Bytes: at, USD: evaluated(curves, at)}
	found := cost.FindOver(curves, at)
	for _, x := range found.Crossings {
		p.Crossings = append(p.Crossings, PayloadCrossing{x.Requests, x.USD, x.Below, x.Above})
	}
	for _, i := range found.Intervals {
		p.Intervals = append(p.Intervals, PayloadInterval(i))
	}
	return p
}
