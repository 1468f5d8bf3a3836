package latency

import (
	"cmp"
	"math"
	"slices"

	"fulcrum/compare/latency/exact"
)

// Dist is a distribution of times. Every sample is its inverse distribution
// function at one uniform number, so two distributions fed with the same number
// stay in step. The zero value is the constant 0.
type Dist struct {
	shape shape
	// a and b are the shape's parameters, in seconds or without unit.
	a, b float64
	// steps is an empirical distribution: value in seconds at probability p, in
	// order of both.
	steps []step
	text  string
}

type shape uint8

const (
	constant shape = iota
	exponential
	lognormal // a = mean of ln, b = deviation of ln
	pareto    // a = least value, b = tail exponent
	flat      // from a to b
	empirical
)

type step struct{ p, value float64 }

// Constant returns the distribution that is always seconds.
func Constant(seconds float64) Dist { return Dist{shape: constant, a: seconds} }

// Exponential returns the exponential distribution of a mean in seconds.
func Exponential(mean float64) Dist { return Dist{shape: exponential, a: mean} }

// Lognormal returns the lognormal distribution of a mean in seconds and a
// coefficient of variation.
func Lognormal(mean, variation float64) Dist {
	s2 := exact.Log(1 + exact.Times(variation, variation))
	return Dist{shape: lognormal, a: exact.Log(mean) - s2/2, b: math.Sqrt(s2)}
}

// LognormalQuantiles returns the lognormal distribution of a median and a 99th
// percentile, both in seconds.
func LognormalQuantiles(median, p99 float64) Dist {
	return Dist{shape: lognormal, a: exact.Log(median), b: (exact.Log(p99) - exact.Log(median)) / exact.Quantile(0.99)}
}

// Pareto returns the Pareto distribution of a mean in seconds and a tail exponent
// above 1. Its variance is infinite up to an exponent of 2.
func Pareto(mean, exponent float64) Dist {
	return Dist{shape: pareto, a: mean * (exponent - 1) / exponent, b: exponent}
}

// Uniform returns the uniform distribution between two numbers of seconds.
func Uniform(from, to float64) Dist { return Dist{shape: flat, a: from, b: to} }

// String returns the distribution as [ParseDist] takes it.
func (d Dist) String() string { return d.text }

// IsZero reports whether the distribution is the constant 0.
func (d Dist) IsZero() bool { return d.shape == constant && d.a == 0 }

// sample returns the quantile u of the distribution, in nanoseconds.
func (d *Dist) sample(u float64) int64 {
	switch d.shape {
	case constant:
		return nanoseconds(d.a)
	case exponential:
		return nanoseconds(exact.Times(-d.a, exact.Log(1-u)))
	case lognormal:
		return nanoseconds(exact.Exp(d.a + exact.Times(d.b, exact.Quantile(u))))
	case pareto:
		return nanoseconds(exact.Times(d.a, exact.Exp(-exact.Log(1-u)/d.b)))
	case flat:
		return nanoseconds(d.a + exact.Times(d.b-d.a, u))
	default:
		return nanoseconds(d.interpolate(u))
	}
}

func (d *Dist) interpolate(u float64) float64 {
	i, _ := slices.BinarySearchFunc(d.steps, u, func(s step, p float64) int { return cmp.Compare(s.p, p) })
	switch {
	case i == 0:
		return d.steps[0].value
	case i == len(d.steps):
		return d.steps[i-1].value
	}
	low, high := d.steps[i-1], d.steps[i]
	return low.value + exact.Times(high.value-low.value, (u-low.p)/(high.p-low.p))
}

// Mean returns the mean in seconds.
func (d Dist) Mean() float64 {
	m, _ := d.moments()
	return m
}

// Variation returns the squared coefficient of variation, +Inf for a Pareto
// distribution with an exponent up to 2.
func (d Dist) Variation() float64 {
	m, m2 := d.moments()
	if m == 0 {
		return 0
	}
	return math.Max(0, m2/exact.Times(m, m)-1)
}

// moments returns the first two moments.
func (d Dist) moments() (first, second float64) {
	switch d.shape {
	case constant:
		return d.a, d.a * d.a
	case exponential:
		return d.a, 2 * d.a * d.a
	case lognormal:
		s2 := exact.Times(d.b, d.b)
		return exact.Exp(d.a + s2/2), exact.Exp(2*d.a + 2*s2)
	case pareto:
		second = math.Inf(1)
		if d.b > 2 {
			second = d.b * d.a * d.a / (d.b - 2)
		}
		return d.b * d.a / (d.b - 1), second
	case flat:
		return (d.a + d.b) / 2, (exact.Times(d.a, d.a) + exact.Times(d.a, d.b) + exact.Times(d.b, d.b)) / 3
	}
	for i, s := range d.steps {
		low := step{value: d.steps[0].value}
		if i > 0 {
			low = d.steps[i-1]
		}
		width := s.p - low.p
		first += exact.Times(width, (low.value+s.value)/2)
		second += exact.Times(width, exact.Times(low.value, low.value)+exact.Times(low.value, s.value)+exact.Times(s.value, s.value)) / 3
	}
	return first, second
}

// nanoseconds rounds a non-negative time to whole nanoseconds, at most a century.
func nanoseconds(seconds float64) int64 {
	return int64(math.Min(exact.Times(seconds, 1e9), 3.15e18) + 0.5)
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }
