package latency

import (
	"math"
	"testing"
)

// TestTokenBucketArithmetic checks the arithmetic of API Gateway's throttling: of
// arrivals at rate a over a time T, a bucket that begins full admits
// burst + rate·T as long as a exceeds the rate ("Throttle requests to your REST
// APIs", Amazon API Gateway developer guide; account defaults 10,000 and 5,000).
func TestTokenBucketArithmetic(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ arrive, rate, burst float64 }{
		{12_500, 10_000, 5_000}, {20_000, 10_000, 5_000}, {10_000, 10_000, 5_000}, {40, 30, 60}, {100, 30, 2},
	} {
		b := TokenBucket{Rate: x.rate, Burst: x.burst}
		const n = 200_000
		admitted := 0
		for i := range n {
			if b.Take(int64(math.Round(float64(i) / x.arrive * 1e9))) {
				admitted++
			}
		}
		want := math.Min(n, math.Floor(x.burst+x.rate*(n-1)/x.arrive))
		if math.Abs(float64(admitted)-want) > 1 {
			t.Errorf("%v: %d of %d admitted, want %v", x, admitted, n, want)
		}
	}
}

func TestBurstIsAbsorbedOnce(t *testing.T) {
	t.Parallel()
	b := TokenBucket{Rate: 100, Burst: 50}
	take := func(n int, at float64) (admitted int) {
		for range n {
			if b.Take(int64(at * 1e9)) {
				admitted++
			}
		}
		return admitted
	}
	for _, x := range []struct {
		at   float64
		want int
	}{{0, 50}, {0.1, 10}, {0.105, 0}, {0.5, 40}, {100, 50}} {
		if got := take(60, x.at); got != x.want {
			t.Errorf("at %v s: %d admitted of 60 at once, want %d", x.at, got, x.want)
		}
	}
}

// TestThrottledModel runs the same through a whole model, and with clients that
// try again.
func TestThrottledModel(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "throttle", Arrivals: Regular(12_000), Door: Door{Rate: 10_000, Burst: 5_000},
		Pool: &Pool{Policy: Shared, Servers: 1},
	}
	r := mustSimulate(t, m, Options{Requests: 120_000, Runs: 2, Seed: 1})
	want := 1 - (5_000+10_000*10.0)/120_000
	if math.Abs(r.Throttled.Value-want) > 1e-4 {
		t.Errorf("throttled %v, want %v", r.Throttled.Value, want)
	}
	m.Arrivals = Poisson(9_000)
	if r := mustSimulate(t, m, Options{Requests: 120_000, Runs: 2, Seed: 1}); r.Throttled.Value != 0 {
		t.Errorf("below the rate %v is throttled", r.Throttled.Value)
	}
	m.Arrivals = Bursty([2]float64{1_000, 40_000}, [2]float64{1, 0.2})
	once := mustSimulate(t, m, Options{Requests: 60_000, Runs: 2, Seed: 1})
	m.Retry = Retry{Attempts: 4, Base: 0.2, Cap: 5}
	again := mustSimulate(t, m, Options{Requests: 60_000, Runs: 2, Seed: 1})
	if !(once.Throttled.Value > 0.05 && again.Throttled.Value < once.Throttled.Value/2 && again.P99.Value > 0.1) {
		t.Errorf("with one try %v throttled, with four %v and p99 %v", once.Throttled.Value, again.Throttled.Value, again.P99.Value)
	}
}

// TestLambdaScaling checks AWS's arithmetic ("Lambda scaling behavior", Lambda
// developer guide): a function adds at most 1,000 environments every 10 s, the
// allowance is refilled continuously and never exceeds 1,000. So after t seconds
// of more demand than that, a function that began without environments has
// 1,000 + 100·t, until the concurrency is used up.
func TestLambdaScaling(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		seconds     float64
		concurrency int
		want        float64
	}{{0.2, 0, 1020}, {1, 0, 1100}, {10, 0, 2000}, {30, 0, 4000}, {10, 1500, 1500}, {10, 500, 500}} {
		m := Model{
			Name: "lambda", Arrivals: Regular(6_000), Work: Work{Service: Constant(2)},
			Lambda: &Lambda{Concurrency: x.concurrency, ScaleUnits: 1000, ScalePeriod: 10},
		}
		r := mustSimulate(t, m, Options{Requests: 1_000_000, Duration: x.seconds, Runs: 1, Seed: 1})
		if math.Abs(float64(r.EnvironmentsStarted)-x.want) > 2 || r.PeakConcurrency != int(r.EnvironmentsStarted) {
			t.Errorf("after %v s: %d environments, %d at work, want %v", x.seconds, r.EnvironmentsStarted, r.PeakConcurrency, x.want)
		}
	}
}

// TestLambdaRequestRate checks the other half of the same page: ten requests a
// second for each unit of concurrency, whatever little they take.
func TestLambdaRequestRate(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "rate", Arrivals: Regular(2_000), Work: Work{Service: Constant(0.001)},
		Lambda: &Lambda{Concurrency: 100, RatePerEnvironment: 10},
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 1, Seed: 1})
	// 1,000 a second and a bucket of as many, over 50 s.
	if want := 1 - (1_000+1_000*50.0)/100_000; math.Abs(r.Throttled.Value-want) > 1e-3 {
		t.Errorf("throttled %v, want %v", r.Throttled.Value, want)
	}
}

// TestColdStarts compares with what idle environments allow: requests further
// apart than the idle time all start cold, closer ones only the first.
func TestColdStarts(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		rate        float64
		provisioned int
		cold        float64
	}{{1.0 / 400, 0, 1}, {1.0 / 200, 0, 1.0 / 500}, {1.0 / 400, 1, 0}} {
		m := Model{
			Name: "cold", Arrivals: Regular(x.rate), Work: Work{Service: Constant(0.1)},
			Lambda: &Lambda{Init: Constant(0.9), Idle: 300, Provisioned: x.provisioned},
		}
		r := mustSimulate(t, m, Options{Requests: 500, Runs: 2, Seed: 1})
		if r.ColdStart.Value != x.cold || math.Abs(r.MeanResponse.Value-0.1-0.9*x.cold) > 1e-9 {
			t.Errorf("%+v: %v cold, mean %v", x, r.ColdStart.Value, r.MeanResponse.Value)
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "timeout", Arrivals: Regular(1), Work: Work{Service: Exponential(1)}, Lambda: &Lambda{},
		Door: Door{Timeout: 2},
	}
	r := mustSimulate(t, m, Options{Requests: 50_000, Runs: 2, Seed: 1})
	agrees(t, "share timed out", r.TimedOut, math.Exp(-2))
	m.Door, m.Lambda.Timeout = Door{}, 2
	agrees(t, "share failed by the function's own timeout", mustSimulate(t, m, Options{Requests: 50_000, Runs: 2, Seed: 1}).Failed, math.Exp(-2))
	if r.Max != 2 {
		t.Errorf("the longest response is %v s, the door answers after 2", r.Max)
	}
}

// TestRetriesHaveFullJitter refuses every try. Before the n-th repetition a client
// waits between nothing and min(cap, base·2ⁿ⁻¹), half of it on average ("Exponential
// Backoff And Jitter", AWS Architecture Blog, 2015).
func TestRetriesHaveFullJitter(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "down", Arrivals: Poisson(100), Lambda: &Lambda{}, Retry: Retry{Attempts: 4, Base: 0.1, Cap: 0.3},
		Faults: []Fault{{Kind: "down", Target: "compute", To: 1e6}},
	}
	const requests = 50_000
	got := simulate(t.Context(), &m, Options{Requests: requests, Seed: 1}, 0, nil)
	if got.refusals[failed] != 4*requests || got.outcomes[failed] != requests {
		t.Errorf("%d tries of %d requests, %d of which failed", got.refusals[failed], requests, got.outcomes[failed])
	}
	if mean, want := seconds(int64(got.stay/requests)), (0.1+0.2+0.3)/2; math.Abs(mean-want) > 0.01*want {
		t.Errorf("a client waits %v s over three repetitions, want %v", mean, want)
	}
	if math.Abs(got.systemArea-got.stay) > 1e-9*got.stay {
		t.Errorf("requests stay %v, the system holds them %v", got.stay, got.systemArea)
	}
}
