package latency

import (
	"fmt"
	"math"
	"testing"
)

// agrees checks an estimate against a closed form: within 2 % or the 95 %
// confidence interval, whichever is wider. One comparison in twenty may lie outside
// by chance; seeds are fixed, so a comparison that holds keeps holding until the
// simulation changes.
func agrees(t *testing.T, what string, got Estimate, want float64) {
	t.Helper()
	if math.Abs(got.Value-want) > math.Max(0.02*want, got.Half) {
		t.Errorf("%s: simulated %.5g ± %.2g, closed form %.5g (%+.1f %%)", what, got.Value, got.Half, want, 100*(got.Value/want-1))
	}
}

func mustSimulate(t *testing.T, m Model, o Options) Result {
	t.Helper()
	r, err := Simulate(t.Context(), m, o)
	if err != nil {
		t.Fatal(err)
	}
	// Little's law, L·T = ΣW over a run that begins and ends empty (Little, "A
	// Proof for the Queuing Formula: L = λW", 1961), up to the rounding of sums.
	if r.LittleError > 1e-9 {
		t.Errorf("%s: Little's law is off by %g", m.Name, r.LittleError)
	}
	if total := r.Throttled.Value + r.TimedOut.Value + r.Dropped.Value + r.Failed.Value; total > 1+1e-9 {
		t.Errorf("%s: outcomes add up to %v", m.Name, total)
	}
	return r
}

// some returns all values, or the second alone in a short run.
func some[T any](values ...T) []T {
	if testing.Short() {
		return values[1:2]
	}
	return values
}

func queue(service Dist, load float64, servers int) Model {
	return Model{
		Name:     fmt.Sprintf("load %.2f on %d", load, servers),
		Arrivals: Poisson(load * float64(servers) / service.Mean()),
		Pool:     &Pool{Policy: Shared, Servers: servers},
		Work:     Work{Service: service},
	}
}

// TestErlangC covers M/M/1 and M/M/c.
func TestErlangC(t *testing.T) {
	t.Parallel()
	for _, servers := range some(1, 2, 5, 20) {
		for _, load := range some(0.3, 0.6, 0.8, 0.9) {
			m := queue(Exponential(0.01), load, servers)
			r := mustSimulate(t, m, Options{Requests: 100_000, Warmup: 0.1, Seed: 3})
			want := MMC(m.Arrivals.Rate(), 0.01, servers)
			agrees(t, m.Name+" mean response", r.MeanResponse, want.MeanResponse)
			agrees(t, m.Name+" utilization", r.Utilization, want.Utilization)
			if want.WaitProbability > 0.05 {
				agrees(t, m.Name+" probability of wait", r.ProbabilityOfWait, want.WaitProbability)
				agrees(t, m.Name+" mean wait", r.MeanWait, want.MeanWait)
				agrees(t, m.Name+" queue length", r.MeanQueueLength, want.MeanWait*m.Arrivals.Rate())
			}
			if servers == 1 {
				agrees(t, m.Name+" p95", r.P95, MM1Quantile(m.Arrivals.Rate(), 0.01, 0.95))
				agrees(t, m.Name+" p99", r.P99, MM1Quantile(m.Arrivals.Rate(), 0.01, 0.99))
			}
		}
	}
}

// TestPollaczekKhinchine covers M/D/1 and M/G/1.
func TestPollaczekKhinchine(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Dist{
		"deterministic": Constant(0.01), "uniform": Uniform(0, 0.02), "lognormal": Lognormal(0.01, 1.5), "pareto": Pareto(0.01, 4.5),
	} {
		for _, load := range some(0.3, 0.6, 0.85) {
			m := queue(d, load, 1)
			m.Name = name + " " + m.Name
			r := mustSimulate(t, m, Options{Requests: 100_000, Warmup: 0.1, Seed: 2})
			want := MG1(m.Arrivals.Rate(), d.Mean(), d.Variation())
			agrees(t, m.Name+" mean wait", r.MeanWait, want.MeanWait)
			agrees(t, m.Name+" mean response", r.MeanResponse, want.MeanResponse)
			agrees(t, m.Name+" probability of wait", r.ProbabilityOfWait, want.WaitProbability)
		}
	}
}

// TestTwoChoices compares with the limit for many servers; the paper's own
// simulations of 100 servers (table 1) lie within 3 % of it up to a load of 0.9.
func TestTwoChoices(t *testing.T) {
	t.Parallel()
	for _, load := range some(0.5, 0.7, 0.8, 0.9) {
		m := queue(Exponential(1), load, 100)
		m.Pool.Policy = TwoChoices
		r := mustSimulate(t, m, Options{Requests: 200_000, Warmup: 0.2, Seed: 3, Runs: 4})
		if want := Choices(load, 2); math.Abs(r.MeanResponse.Value/want-1) > 0.03 {
			t.Errorf("load %v: %.4f mean services in the system, published %.4f", load, r.MeanResponse.Value, want)
		}
		m.Pool.Policy = Random
		agrees(t, "random "+m.Name, mustSimulate(t, m, Options{Requests: 200_000, Warmup: 0.2, Seed: 3, Runs: 4}).MeanResponse, Choices(load, 1))
	}
}

// TestChoicesPublished holds the formula to the predictions printed in table 1 of
// the paper.
func TestChoicesPublished(t *testing.T) {
	t.Parallel()
	for load, want := range map[float64]float64{0.5: 1.2657, 0.7: 1.6145, 0.9: 2.6141, 0.95: 3.3830, 0.99: 5.4320} {
		if got := Choices(load, 2); math.Abs(got-want) > 1.1e-4 {
			t.Errorf("load %v: %.4f, published %.4f", load, got, want)
		}
	}
}
