package latency

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAuthorizerIsAsked adds its time to the shares of reads and of writes that ask it.
func TestAuthorizerIsAsked(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "authorizer", Arrivals: Poisson(100), Lambda: &Lambda{}, Work: Work{Writes: 0.25, Read: Constant(0.010), Write: Constant(0.020)},
		Door: Door{Authorizer: Authorizer{Time: Constant(0.100), Reads: 0.1, Writes: 0.5}},
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "mean with an authorizer", r.MeanResponse, 0.75*(0.010+0.1*0.100)+0.25*(0.020+0.5*0.100))
}

// TestSessionMisses plays sessions of 1 to 20 calls at random over six minutes.
func TestSessionMisses(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, x := range []struct{ calls, seconds float64 }{{1.2, 300}, {1.78, 300}, {3.2, 300}, {3.2, 3600}, {12, 60}, {20, 10}, {20, 1}, {20, 300}} {
		const sessions, length = 100_000, 360.0
		missed := 0
		for range sessions {
			kept := math.Inf(-1)
			for at := r.ExpFloat64() / (x.calls / length); at < length; at += r.ExpFloat64() / (x.calls / length) {
				if at > kept {
					missed++
					kept = at + x.seconds
				}
			}
		}
		got, want := SessionMisses(x.calls, length, x.seconds), float64(missed)/sessions
		if math.Abs(got-want) > 0.02*want {
			t.Errorf("%v calls kept %v s: %v miss, played %v", x.calls, x.seconds, got, want)
		}
	}
	if got := SessionMisses(5, 360, 0); got != 5 {
		t.Errorf("%v of 5 miss where nothing is kept", got)
	}
	if got := SessionMisses(0, 360, 60); got != 0 {
		t.Errorf("%v of no calls miss", got)
	}
}
