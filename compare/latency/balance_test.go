package latency

import (
	"math"
	"testing"
)

func balance(policy Policy, servers int, load float64) Model {
	m := queue(Exponential(0.01), load, servers)
	m.Pool.Policy = policy
	m.Name = string(policy)
	return m
}

// TestPolicies orders the policies as theory does under one load: one queue is
// best, then least outstanding, two choices, round robin, random; and random is
// as many M/M/1 queues.
func TestPolicies(t *testing.T) {
	t.Parallel()
	o := Options{Requests: 100_000, Warmup: 0.1, Runs: 4, Seed: 4}
	last := 0.0
	for _, p := range []Policy{Shared, LeastOutstanding, TwoChoices, RoundRobin, Random} {
		r := mustSimulate(t, balance(p, 10, 0.9), o)
		if r.MeanResponse.Value <= last {
			t.Errorf("%s takes %v s, no longer than the policy before", p, r.MeanResponse.Value)
		}
		last = r.MeanResponse.Value
		for i, s := range r.Servers {
			if p != Shared && math.Abs(s-0.1) > 0.01 {
				t.Errorf("%s gives server %d the share %v", p, i+1, s)
			}
		}
	}
}

// TestRoundRobinIsErlangArrivals compares round robin over two servers with
// E2/M/1, whose response follows from the root of σ = (2λ/(2λ+μ(1-σ)))² (Gross et
// al., "Fundamentals of Queueing Theory", section 6.3, GI/M/1): mean 1/(μ(1-σ)).
func TestRoundRobinIsErlangArrivals(t *testing.T) {
	t.Parallel()
	const load = 0.8
	sigma := 0.5
	for range 200 {
		one := 2 * load / (2*load + 1 - sigma)
		sigma = one * one
	}
	m := balance(RoundRobin, 2, load)
	r := mustSimulate(t, m, Options{Requests: 200_000, Warmup: 0.1, Runs: 4, Seed: 5})
	agrees(t, "round robin over two", r.MeanResponse, 0.01/(1-sigma))
}

func TestWeightedShares(t *testing.T) {
	t.Parallel()
	m := balance(WeightedRandom, 3, 0.3)
	m.Pool.Weights = []float64{80, 15, 5}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 2, Seed: 6})
	for i, want := range []float64{0.8, 0.15, 0.05} {
		if math.Abs(r.Servers[i]-want) > 0.005 {
			t.Errorf("server %d has the share %v, want %v", i+1, r.Servers[i], want)
		}
	}
}

// TestSlowServer makes one of three servers ten times slower all along.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	share, p99 := map[Policy]float64{}, map[Policy]float64{}
	for _, p := range []Policy{RoundRobin, LeastOutstanding} {
		m := balance(p, 3, 0.08)
		m.Faults = []Fault{{Kind: "slow", Target: "server", Server: 3, From: 0, To: 1e6, Factor: 10}}
		r := mustSimulate(t, m, Options{Requests: 50_000, Runs: 2, Seed: 7})
		share[p], p99[p] = r.Servers[2], r.P99.Value
	}
	if math.Abs(share[RoundRobin]-1.0/3) > 1e-3 || share[LeastOutstanding] > 0.25 || p99[LeastOutstanding] > 0.8*p99[RoundRobin] {
		t.Errorf("shares of the slow server %v, p99 %v", share, p99)
	}
}

// TestServerDown ends a server for a minute. Until the health check tells, its
// requests fail; least outstanding then sends it nearly all of them.
func TestServerDown(t *testing.T) {
	t.Parallel()
	failed := map[Policy]float64{}
	for _, p := range []Policy{RoundRobin, LeastOutstanding} {
		m := balance(p, 4, 0.7)
		m.Arrivals = Regular(m.Arrivals.Rate())
		m.Pool.HealthCheck = 10
		m.Faults = []Fault{{Kind: "down", Target: "server", Server: 2, From: 60, To: 120}}
		r := mustSimulate(t, m, Options{Requests: 1_000_000, Duration: 200, Runs: 1, Seed: 8})
		failed[p] = r.Failed.Value
	}
	// A quarter of the requests of 10 s out of 200, the check's delay.
	if want := 0.25 * 10 / 200; math.Abs(failed[RoundRobin]-want) > 0.001 {
		t.Errorf("round robin failed %v, want %v", failed[RoundRobin], want)
	}
	if failed[LeastOutstanding] < 1.5*failed[RoundRobin] {
		t.Errorf("least outstanding failed %v, round robin %v: a server that fails fast attracts requests", failed[LeastOutstanding], failed[RoundRobin])
	}
}

// TestMitigation takes weight off a server that fails and is not health-checked
// for long.
func TestMitigation(t *testing.T) {
	t.Parallel()
	failed := map[bool]float64{}
	for _, mitigation := range []bool{false, true} {
		m := balance(WeightedRandom, 4, 0.3)
		m.Pool.HealthCheck, m.Pool.Mitigation = 1e6, mitigation
		m.Faults = []Fault{{Kind: "down", Target: "server", Server: 1, From: 10, To: 290}}
		r := mustSimulate(t, m, Options{Requests: 1_000_000, Duration: 300, Runs: 2, Seed: 9})
		failed[mitigation] = r.Failed.Value
	}
	if failed[true] > failed[false]/3 || failed[true] == 0 {
		t.Errorf("failed without and with mitigation: %v", failed)
	}
}

// TestSticky keeps every client at one server as long as it lives.
func TestSticky(t *testing.T) {
	t.Parallel()
	m := balance(Sticky, 5, 0.5)
	m.Clients = 50
	r := mustSimulate(t, m, Options{Requests: 50_000, Runs: 1, Seed: 10})
	for i, s := range r.Servers {
		if math.Abs(s-0.2) > 0.02 { // ten clients each, in turn
			t.Errorf("server %d has the share %v", i+1, s)
		}
	}
	m.Clients = 1
	r = mustSimulate(t, m, Options{Requests: 5_000, Runs: 1, Seed: 10})
	if len(r.Servers) != 1 && (r.Servers[0] != 1 && r.Servers[1] != 1) {
		t.Errorf("one client is spread %v", r.Servers)
	}
}

// TestBoundedQueue compares with M/M/1/K: the share lost is
// (1-ρ)ρᴷ/(1-ρᴷ⁺¹) (Gross et al., section 3.5).
func TestBoundedQueue(t *testing.T) {
	t.Parallel()
	for _, load := range []float64{0.8, 1.5} {
		m := queue(Exponential(0.01), load, 1)
		m.Pool.Queue = 4
		r := mustSimulate(t, m, Options{Requests: 100_000, Warmup: 0.1, Runs: 4, Seed: 11})
		agrees(t, m.Name+" lost", r.Dropped, (1-load)*math.Pow(load, 5)/(1-math.Pow(load, 6)))
	}
	m := queue(Exponential(0.01), 0.5, 3)
	m.Pool.Queue = -1
	r := mustSimulate(t, m, Options{Requests: 100_000, Warmup: 0.1, Runs: 4, Seed: 12})
	// Erlang's loss formula, three servers and 1.5 erlangs.
	agrees(t, "lost without a queue", r.Dropped, (1.5*1.5*1.5/6)/(1+1.5+1.5*1.5/2+1.5*1.5*1.5/6))
}
