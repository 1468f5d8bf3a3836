package latency

import (
	"flag"
	"os"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// everything is a model that uses each part once.
func everything() []Model {
	work := Work{
		Service: Lognormal(0.01, 1.2), Writes: 0.2, Read: LognormalQuantiles(0.003, 0.009), Write: Exponential(0.01),
		Distance: Uniform(0.001, 0.002), FarReads: 0.5, FarWrites: 1, Crossings: 1.5, Strong: 0.3, ReadStrong: LognormalQuantiles(0.004, 0.014),
		Items: 1000, Skew: 0.9, Cache: Cache{Hits: 0.5, Time: Pareto(0.001, 2.5)}, PartitionReads: 10, PartitionWrites: 5, Backoff: Uniform(0.025, 0.05), Lag: Exponential(0.1),
	}
	pool := scaling()
	pool.Name, pool.Work, pool.Arrivals = "pool", work, Bursty([2]float64{50, 300}, [2]float64{60, 10})
	pool.Pool.Policy, pool.Pool.Slots = TwoChoices, 3
	pool.Faults = []Fault{{Kind: "slow", Target: "compute", From: 20, To: 30, Factor: 7}, {Kind: "down", Target: "server", Server: 1, From: 40, To: 45}}
	kept := work
	kept.Cache = Cache{Time: Pareto(0.001, 2.5), Seconds: 30, Room: 4 << 20, Entry: 100}
	kept.Answers = []Answer{{Share: 0.3, Kinds: 4000, Skew: 0.9, Bytes: 2000}, {Share: 0.2, Kinds: 50, Skew: 1.1, Bytes: 7000}}
	kept.Workflow, kept.Workflows, kept.Session = Lognormal(0.2, 0.4), 0.5, Exponential(0.001)
	kept.Persons = Persons{
		Alias: Exponential(0.004), Key: Lognormal(0.01, 1), AtOnce: 4, Opened: []Opening{{Share: 0.5, Keys: 9.5}}, Kinds: 500, Skew: 0.8,
		Seconds: 300, Calls: 12, Session: 360, Tokens: 0.4,
	}
	return []Model{pool, {
		Name: "kept", Arrivals: Poisson(40), Work: kept, Lambda: &Lambda{Init: Lognormal(0.2, 0.5), Idle: 60},
		Door: Door{
			Overhead: LognormalQuantiles(0.005, 0.02), Authorizer: Authorizer{Time: Exponential(0.005), Reads: 0.2, Writes: 0.6},
			Edge: Edge{Time: Exponential(0.002), Overhead: Exponential(0.004), Seconds: 10, Places: 5},
		},
	}, {
		Name: "lambda", Arrivals: Daily(5, 12), Work: work, Door: Door{Rate: 20, Burst: 30, Overhead: LognormalQuantiles(0.005, 0.02), Timeout: 0.5},
		Lambda: &Lambda{Concurrency: 40, ScaleUnits: 10, ScalePeriod: 10, RatePerEnvironment: 10, Init: Lognormal(0.2, 0.5), Idle: 60, Timeout: 3},
		Retry:  Retry{Attempts: 3, Base: 0.1, Cap: 2},
		Events: &Events{PerWrite: 0.9, Delay: LognormalQuantiles(0.5, 1.5), Batch: 5, Window: 1, Service: Exponential(0.01), Overhead: Constant(0.01), Consumers: 2},
	}}
}

// TestOneOutcome holds results to the byte, on any machine and with any number of
// processors.
func TestOneOutcome(t *testing.T) {
	for _, m := range everything() {
		outcome := func(processors int) string {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			raw, err := mustSimulate(t, m, Options{Requests: 20_000, Warmup: 0.1, Runs: 3, Seed: 42}).JSON()
			if err != nil {
				t.Fatal(err)
			}
			return string(raw) + "\n"
		}
		got := outcome(1)
		if again := outcome(4); again != got {
			t.Errorf("%s: the outcome depends on the number of processors:\n%s", m.Name, cmp.Diff(got, again))
		}
		golden := "testdata/" + m.Name + ".json"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s is not as committed (run with -update if that is meant):\n%s", golden, diff)
		}
	}
}

// TestCommonNumbers checks that two models meet the same requests: with a constant
// more overhead every percentile moves by just that.
func TestCommonNumbers(t *testing.T) {
	t.Parallel()
	m := everything()[2]
	m.Door = Door{}
	m.Arrivals = Poisson(20)
	one := mustSimulate(t, m, Options{Requests: 5000, Runs: 1, Seed: 1})
	m.Door.Overhead = Constant(1)
	m.Events, m.Lambda.Concurrency = nil, 0
	m.Lambda.Init, m.Lambda.ScaleUnits = Dist{}, 0
	two := mustSimulate(t, m, Options{Requests: 5000, Runs: 1, Seed: 1})
	if d := two.P50.Value - one.P50.Value; d < 0.99 || d > 1.01 {
		t.Errorf("a second more moves the median by %v", d)
	}
}
