package exact

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAgreesWithTheStandardLibrary compares over wide ranges. The standard
// library is within an ulp on the machine at hand.
func TestAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	near := func(name string, x, got, want, tolerance float64) {
		t.Helper()
		if math.Abs(got-want) > tolerance*math.Max(1e-300, math.Abs(want)) {
			t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
		}
	}
	for range 20_000 {
		x := math.Exp(r.Float64()*200 - 100)
		near("Log", x, Log(x), math.Log(x), 1e-14)
		y := r.Float64()*1200 - 600
		near("Exp", y, Exp(y), math.Exp(y), 1e-13)
		near("Pow", x, Pow(x, 0.37), math.Pow(x, 0.37), 1e-13)
		a := r.Float64()*40 - 20
		if d := math.Abs(Cos(a) - math.Cos(a)); d > 1e-13 {
			t.Errorf("Cos(%v) is off by %v", a, d)
		}
		p := r.Float64()
		near("Quantile", p, Quantile(p), math.Sqrt2*math.Erfinv(2*p-1), 2e-12)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	if Log(1) != 0 || Exp(0) != 1 || Quantile(0.5) != 0 || Cos(0) != 1 || Exp(-1e9) != 0 || !math.IsInf(Exp(1e9), 1) {
		t.Error("a plain value is wrong")
	}
	for _, p := range []float64{1e-300, 1e-16, 1 - 1e-15} {
		if z := Quantile(p); math.IsNaN(z) || math.IsInf(z, 0) || (z < 0) != (p < 0.5) {
			t.Errorf("Quantile(%v) = %v", p, z)
		}
	}
}
