// Package exact computes elementary functions with the same bits on every
// processor.
//
// The standard library's functions use assembly on some processors, and the
// compiler may fuse a product and a sum into one instruction that rounds once, on
// some processors only. A simulation that must give the same result everywhere
// can use neither: here every product is rounded by an explicit conversion, which
// the Go specification says forbids fusion. Results are within 1e-14 of the true
// value, relative; for [Quantile] within 1e-12.
package exact

import "math"

// Times returns x·y, rounded.
func Times(x, y float64) float64 { return float64(x * y) }

// atanh holds the coefficients of 2·artanh(s)/s in powers of s², highest first.
var atanh = [...]float64{2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3, 2}

// Log returns the natural logarithm of a finite x > 0.
func Log(x float64) float64 {
	fraction, exponent := split(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	// fraction is in [√½, √2), so |s| ≤ 0.1716 and the first term left out is below 1e-18.
	s := (fraction - 1) / (fraction + 1)
	return float64(s*polynomial(atanh[:], float64(s*s))) + float64(float64(exponent)*math.Ln2)
}

// factorials holds the coefficients of exp, highest first.
var factorials = [...]float64{1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2, 1, 1}

// ln 2 in two parts, so that multiples of the first are exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// Exp returns e to the power x, 0 below -700 and +Inf above 709.
func Exp(x float64) float64 {
	switch {
	case x > 709:
		return math.Inf(1)
	case x < -700:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	r := (x - float64(k*ln2High)) - float64(k*ln2Low)
	// 2^k is a number of its own for every k that is left, so the product is exact.
	return polynomial(factorials[:], r) * math.Float64frombits(uint64(int64(k)+exponentBias)<<fractionBits)
}

// How a float64 is laid out.
const (
	exponentBias = 1023
	fractionBits = 52
	exponentMask = 0x7ff
)

// split is [math.Frexp], faster for all but the smallest numbers.
func split(x float64) (fraction float64, exponent int) {
	bits := math.Float64bits(x)
	e := int(bits >> fractionBits & exponentMask)
	if e == 0 {
		return math.Frexp(x)
	}
	bits = bits&^(exponentMask<<fractionBits) | (exponentBias-1)<<fractionBits
	return math.Float64frombits(bits), e - (exponentBias - 1)
}

// Pow returns x to the power y for x > 0.
func Pow(x, y float64) float64 { return Exp(float64(y * Log(x))) }

// Cos returns the cosine of x, for |x| up to a few turns.
func Cos(x float64) float64 {
	x = math.Abs(x)
	x -= float64(2 * math.Pi * math.Floor(x/(2*math.Pi)))
	if x > math.Pi {
		x = 2*math.Pi - x
	}
	sign := 1.0
	if x > math.Pi/2 {
		x, sign = math.Pi-x, -1
	}
	sum, term := 1.0, 1.0
	for n := 1; n <= 12; n++ {
		term = float64(term * -float64(x*x) / float64(2*n*(2*n-1)))
		sum += term
	}
	return float64(sign * sum)
}

// both returns two polynomials at x. They are worked out side by side, which takes a
// processor little longer than one.
func both(over, under *[8]float64, x float64) (a, b float64) {
	a, b = over[0], under[0]
	for i := 1; i < len(over); i++ {
		a = float64(a*x) + over[i]
		b = float64(b*x) + under[i]
	}
	return a, b
}

func polynomial(highestFirst []float64, x float64) float64 {
	sum := highestFirst[0]
	for _, c := range highestFirst[1:] {
		sum = float64(sum*x) + c
	}
	return sum
}
