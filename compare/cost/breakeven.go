package cost

import (
	"cmp"
	"math"
	"slices"
)

// The range of requests a month over which options are set against each other.
const (
	FewestRequests = 1e4
	MostRequests   = 1e11
)

// stepsPerDecade is how finely crossings are looked for before they are narrowed
// down. Two crossings of one pair within 6 % of each other would be missed.
const stepsPerDecade = 40

// Curve is what an option costs in a month, by requests in that month.
type Curve struct {
	Option string
	USD    func(requests float64) float64
}

// Crossing is a number of requests a month at which two options cost the same.
type Crossing struct {
	Requests float64 `json:"requests"`
	// USD is what both cost there.
	USD float64 `json:"usd"`
	// Below is the cheaper one before, Above the cheaper one after.
	Below string `json:"below"`
	Above string `json:"above"`
}

// Interval is a range of requests a month over which one option is the cheapest.
type Interval struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Winner string  `json:"winner"`
}

// everyPair is the largest number of options of which every two are set against each
// other. No trade-off has as many; stacks of another app may be hundreds, and pairs
// would outgrow everything else.
const everyPair = 24

// BreakEven is how options cost against each other over requests a month.
type BreakEven struct {
	// Crossings are those of every two options, ascending; of more than 24 options
	// only those at which another one becomes the cheapest.
	Crossings []Crossing `json:"crossings"`
	// Intervals cover the range without a gap.
	Intervals []Interval `json:"intervals"`
}

// Sample returns the requests at which curves are evaluated, from FewestRequests to
// MostRequests, evenly in their logarithm.
func Sample() []float64 {
	decades := math.Log10(MostRequests / FewestRequests)
	steps := int(math.Round(decades * stepsPerDecade))
	out := make([]float64, steps+1)
	for i := range out {
		out[i] = FewestRequests * math.Pow(10, float64(i)/stepsPerDecade)
	}
	return out
}

// The range of the mean size of a call, in bytes, over which options are set against
// each other: API Gateway takes no more than 10 MB.
const (
	FewestBytes = 128
	MostBytes   = 10 << 20
)

// SampleBytes returns the sizes of a call at which curves are evaluated.
func SampleBytes() []float64 {
	const perDecade = 20
	decades := math.Log10(float64(MostBytes) / FewestBytes)
	steps := int(math.Round(decades * perDecade))
	out := make([]float64, steps+1)
	for i := range out {
		out[i] = FewestBytes * math.Pow(10, decades*float64(i)/float64(steps))
	}
	return out
}

// FindBreakEven finds every crossing of the curves and who is the cheapest between
// them.
func FindBreakEven(curves []Curve) BreakEven { return FindOver(curves, Sample()) }

// FindOver is FindBreakEven over whatever at holds, ascending, in place of requests.
func FindOver(curves []Curve, at []float64) BreakEven {
	values := make([][]float64, len(curves))
	for i, c := range curves {
		values[i] = make([]float64, len(at))
		for k, n := range at {
			values[i][k] = c.USD(n)
		}
	}
	var b BreakEven
	if len(curves) > everyPair {
		b.Crossings = alongTheCheapest(curves, at, values)
		b.Intervals = intervals(curves, b.Crossings, at[0], at[len(at)-1])
		return b
	}
	for i := range curves {
		for j := i + 1; j < len(curves); j++ {
			b.Crossings = append(b.Crossings, crossings(curves[i], curves[j], at, values[i], values[j])...)
		}
	}
	slices.SortFunc(b.Crossings, func(x, y Crossing) int { return cmp.Compare(x.Requests, y.Requests) })
	b.Intervals = intervals(curves, b.Crossings, at[0], at[len(at)-1])
	return b
}

// Of returns the crossings of two options.
func (b BreakEven) Of(x, y string) []Crossing {
	var out []Crossing
	for _, c := range b.Crossings {
		if c.Below == x && c.Above == y || c.Below == y && c.Above == x {
			out = append(out, c)
		}
	}
	return out
}

// WinnerAt returns the cheapest option's interval at a number of requests.
func (b BreakEven) WinnerAt(requests float64) Interval {
	for _, i := range b.Intervals {
		if requests < i.To {
			return i
		}
	}
	if len(b.Intervals) == 0 {
		return Interval{}
	}
	return b.Intervals[len(b.Intervals)-1]
}

// crossings finds where x and y change places. Where they touch without changing
// places nothing is reported.
func crossings(x, y Curve, at, xs, ys []float64) []Crossing {
	var out []Crossing
	last := 0 // the sign of x − y where it last was not zero
	before := at[0]
	for k, n := range at {
		s := sign(xs[k] - ys[k])
		if s != 0 && last != 0 && s != last {
			r := narrow(x, y, before, n)
			c := Crossing{Requests: r, USD: x.USD(r), Below: x.Option, Above: y.Option}
			if last > 0 {
				c.Below, c.Above = y.Option, x.Option
			}
			out = append(out, c)
		}
		if s != 0 {
			last, before = s, n
		}
	}
	return out
}

// alongTheCheapest finds where the cheapest of many curves is no longer the cheapest.
func alongTheCheapest(curves []Curve, at []float64, values [][]float64) []Crossing {
	var out []Crossing
	winner := 0
	for k, n := range at {
		least := winner
		for i := range curves {
			if sign(values[least][k]-values[i][k]) > 0 {
				least = i
			}
		}
		if k > 0 && least != winner {
			r := narrow(curves[winner], curves[least], at[k-1], n)
			out = append(out, Crossing{Requests: r, USD: curves[winner].USD(r), Below: curves[winner].Option, Above: curves[least].Option})
		}
		winner = least
	}
	return out
}

// narrow halves the interval in which x − y changes sign until its ends are the
// same to nine digits.
func narrow(x, y Curve, from, to float64) float64 {
	below := sign(x.USD(from) - y.USD(from))
	for range 100 {
		middle := math.Sqrt(from * to)
		if to/from < 1+1e-9 {
			return middle
		}
		if sign(x.USD(middle)-y.USD(middle)) == below {
			from = middle
		} else {
			to = middle
		}
	}
	return math.Sqrt(from * to)
}

func intervals(curves []Curve, crossings []Crossing, from, to float64) []Interval {
	edges := []float64{from}
	for _, c := range crossings {
		edges = append(edges, c.Requests)
	}
	edges = append(edges, to)
	var out []Interval
	for k := 1; k < len(edges); k++ {
		winner := cheapest(curves, math.Sqrt(edges[k-1]*edges[k]))
		if len(out) > 0 && out[len(out)-1].Winner == winner {
			out[len(out)-1].To = edges[k]
			continue
		}
		out = append(out, Interval{From: edges[k-1], To: edges[k], Winner: winner})
	}
	return out
}

func cheapest(curves []Curve, requests float64) string {
	if len(curves) == 0 {
		return ""
	}
	return slices.MinFunc(curves, func(x, y Curve) int { return cmp.Compare(x.USD(requests), y.USD(requests)) }).Option
}

// sign tells which is dearer, taking amounts as equal that differ by rounding.
func sign(difference float64) int {
	switch {
	case difference > 1e-9:
		return 1
	case difference < -1e-9:
		return -1
	}
	return 0
}
