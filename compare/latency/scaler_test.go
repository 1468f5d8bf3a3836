package latency

import (
	"math"
	"testing"
)

func scaling() Model {
	return Model{
		Name: "scaling", Arrivals: Poisson(100), Work: Work{Service: Exponential(0.05)},
		Pool: &Pool{Policy: LeastOutstanding, Servers: 1, Slots: 1, Queue: 5, Scaling: &Scaling{
			Min: 1, Max: 50, Target: 0.5, Period: 60, OutAfter: 3, InAfter: 15, OutCooldown: 60, InCooldown: 300,
			Start: Constant(40), Deregistration: 30,
		}},
	}
}

// TestTargetTracking offers 5 servers' work at a target of 50 %: ten servers are
// enough on average, and measurements above the target by chance add some, which
// only fifteen low ones would take away.
func TestTargetTracking(t *testing.T) {
	t.Parallel()
	m := scaling()
	r := mustSimulate(t, m, Options{Requests: 10_000_000, Duration: 3600, Runs: 2, Seed: 1})
	if n := r.Provisioned.Value; n < 9 || n > 13.5 || len(r.Servers) > 25 {
		t.Errorf("%v servers on average, %d in all, for five servers' work at a target of one half", n, len(r.Servers))
	}
	// Nothing can be ready before three periods and the start.
	for _, x := range r.Timeline {
		if x.From < 180 && x.Requests > 0 && x.Refused == 0 && x.From > 60 {
			t.Errorf("one server serves five servers' work at %v s", x.From)
			break
		}
	}
	last := r.Timeline[len(r.Timeline)-2]
	if last.Refused > 0 || last.Mean > 0.2 {
		t.Errorf("at the end %d are refused, mean %v s", last.Refused, last.Mean)
	}
}

// TestScaleIn begins with too many servers and little work.
func TestScaleIn(t *testing.T) {
	t.Parallel()
	m := scaling()
	m.Pool.Servers, m.Arrivals = 20, Poisson(20)
	r := mustSimulate(t, m, Options{Requests: 10_000_000, Duration: 4 * 3600, Runs: 2, Seed: 1})
	// One server's work at a target of one half keeps two; before that, 20 for
	// fifteen minutes.
	least := (20*15*60 + 2*(4*3600-15*60)) / (4 * 3600.0)
	if r.Provisioned.Value < least || r.Provisioned.Value > least+1.5 {
		t.Errorf("%v servers on average, want about %v", r.Provisioned.Value, least)
	}
}

// TestSlowStart gives a new server less than its turn for a while.
func TestSlowStart(t *testing.T) {
	t.Parallel()
	shares := map[float64]float64{}
	for _, slow := range []float64{0, 900} {
		m := scaling()
		m.Pool.Policy, m.Pool.Servers, m.Pool.Slots = RoundRobin, 2, 4
		m.Arrivals = Poisson(100)
		m.Pool.Scaling.Max, m.Pool.Scaling.SlowStart = 3, slow
		r := mustSimulate(t, m, Options{Requests: 10_000_000, Duration: 1200, Runs: 2, Seed: 2})
		if len(r.Servers) != 3 {
			t.Fatalf("%d servers took part", len(r.Servers))
		}
		shares[slow] = r.Servers[2]
	}
	if !(shares[900] < 0.75*shares[0]) {
		t.Errorf("share of the new server at once and slowly: %v", shares)
	}
	if math.IsNaN(shares[0]) {
		t.Error("no requests were served")
	}
}

// TestDeregistration takes a server away under requests that last longer than it
// may finish them: those fail, and only those.
func TestDeregistration(t *testing.T) {
	t.Parallel()
	failures := map[float64]float64{}
	for _, delay := range []float64{5, 3600} {
		m := scaling()
		m.Pool.Servers, m.Pool.Slots = 4, 4
		m.Work.Service, m.Arrivals = Constant(120), Poisson(0.02)
		m.Pool.Scaling.Deregistration = delay
		r := mustSimulate(t, m, Options{Requests: 1_000_000, Duration: 4 * 3600, Runs: 4, Seed: 3})
		failures[delay] = r.Failed.Value
	}
	if failures[5] == 0 || failures[3600] != 0 {
		t.Errorf("failed by deregistration delay: %v", failures)
	}
}
