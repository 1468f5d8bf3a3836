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
func overPayload(q question, options []priced, d *design.Design) Payload {
	base := cost.At(d, design.Base)
	var curves []cost.Curve
	for k, o := range q.Options {
		curves = append(curves, remembering(o.ID, func(bytes float64) float64 { return options[k](base.WithCallBytes(bytes)) }))
	}
	p := Payload{BaseBytes: base.CallBytes(), Bytes: cost.SampleBytes()}
	found := cost.FindOver(curves, p.Bytes)
	for _, x := range found.Crossings {
		p.Crossings = append(p.Crossings, PayloadCrossing{x.Requests, x.USD, x.Below, x.Above})
	}
	for _, i := range found.Intervals {
		p.Intervals = append(p.Intervals, PayloadInterval(i))
	}
	for _, curve := range curves {
		usd := make([]float64, len(p.Bytes))
		for i, bytes := range p.Bytes {
			usd[i] = curve.USD(bytes)
		}
		p.USD = append(p.USD, usd)
	}
	return p
}
