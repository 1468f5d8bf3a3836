package cost

import (
	"slices"
	"sync"
)

// Axis is a range of demands along which options are set against each other. What a
// resource costs along it is worked out once, for however many comparisons.
type Axis struct {
	// At holds the places, ascending: requests a month, or bytes of a call.
	At []float64

	demand  func(x float64) Demand
	glances []glance // at those places
	mutex   sync.Mutex
}

// NewAxis returns the axis of a demand as a function of one number.
func NewAxis(at []float64, demand func(x float64) Demand) *Axis {
	a := &Axis{At: at, demand: demand, glances: make([]glance, len(at))}
	for k, x := range at {
		a.glances[k].demand = demand(x)
	}
	return a
}

// OverRequests is the axis of requests a month, on which all else of a demand follows
// them.
func OverRequests(d Demand) *Axis { return NewAxis(Sample(), d.WithRequests) }

// OverBytes is the axis of the mean size of a call.
func OverBytes(d Demand) *Axis { return NewAxis(SampleBytes(), d.WithCallBytes) }

// amounts are what a resource costs at the places of axes.
type amounts struct {
	mutex sync.Mutex
	known map[along][]float64
}

// along is an axis, and the one part of the stack that counts if not all do.
type along struct {
	axis *Axis
	only Part
}

// Curve returns what the stack costs along an axis: all of it, or one part only.
func (m *Model) Curve(a *Axis, only Part) func(x float64) float64 {
	var parts []Part
	if only != "" {
		parts = []Part{only}
	}
	direct := func(x float64) float64 { return m.USD(a.demand(x), parts...) }
	if m.options.FreeTier {
		return direct // what a resource costs then depends on all others
	}
	var sums []float64
	return func(x float64) float64 {
		k, found := slices.BinarySearch(a.At, x)
		if !found {
			return direct(x)
		}
		if sums == nil {
			sums = m.sums(a, parts)
		}
		return sums[k]
	}
}

// sums adds up what the resources cost at each place of an axis.
func (m *Model) sums(a *Axis, only []Part) []float64 {
	sums := make([]float64, len(a.At))
	for _, p := range m.parts {
		if !p.counts(only) {
			continue
		}
		for k, usd := range m.amounts(p, a, only) {
			sums[k] += usd
		}
	}
	return sums
}

func (m *Model) amounts(p part, a *Axis, only []Part) []float64 {
	p.along.mutex.Lock()
	defer p.along.mutex.Unlock()
	key := along{axis: a}
	if len(only) > 0 {
		key.only = only[0]
	}
	if usd, ok := p.along.known[key]; ok {
		return usd
	}
	usd := make([]float64, len(a.At))
	for k := range a.At {
		usd[k] = m.usd(p, p.usage(a.seen(k, p)), only)
	}
	if p.along.known == nil {
		p.along.known = map[along][]float64{}
	}
	p.along.known[key] = usd
	return usd
}

// seen is what a resource sees of the demand at a place.
func (a *Axis) seen(k int, p part) Demand {
	if p.view == (view{share: 1}) {
		return a.glances[k].demand
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.glances[k].of(p)
}
