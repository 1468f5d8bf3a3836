package latency

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestTTLMisses holds the formula against counting: a cache that is read at random.
func TestTTLMisses(t *testing.T) {
	const items, exponent, ttl, seconds = 200, 0.9, 30.0, 40_000
	for _, rate := range []float64{0.5, 5, 50} {
		random := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // no secret
		weights, total := make([]float64, items), 0.0
		for i := range weights {
			total += math.Pow(float64(i+1), -exponent)
			weights[i] = total
		}
		until, misses := make([]float64, items), 0
		for now := 0.0; now < seconds; now += random.ExpFloat64() / rate {
			at, i := random.Float64()*total, 0
			for weights[i] < at {
				i++
			}
			if now >= until[i] {
				misses++
				until[i] = now + ttl
			}
		}
		counted, want := float64(misses)/seconds, TTLMisses(rate, items, exponent, ttl)
		if math.Abs(counted-want) > 0.03*want {
			t.Errorf("at %v reads/s: counted %.4f misses/s, the formula says %.4f", rate, counted, want)
		}
	}
	if TTLMisses(0, items, exponent, ttl) != 0 || TTLMisses(5, 0, exponent, ttl) != 0 {
		t.Error("no reads or no items must miss nothing")
	}
	if got := TTLMisses(5, items, exponent, 0); math.Abs(got-5) > 1e-9 {
		t.Errorf("without a time to live all 5 reads miss, got %v", got)
	}
}
