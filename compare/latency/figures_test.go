package latency

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/design"
)

func sampleDesign(t testing.TB) *design.Design {
	t.Helper()
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parsed(t testing.TB, name, text string) *assembly.Stack {
	t.Helper()
	s, err := assembly.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s.Name = name
	return s
}

// TestOfAgreesWithASimulationOfOneStack holds the figures of several stacks to a
// simulation of each alone.
func TestOfAgreesWithASimulationOfOneStack(t *testing.T) {
	t.Parallel()
	all, _, a := sample(t)
	d := sampleDesign(t)
	figures := Of(all.Stacks, d)
	for i, s := range all.Stacks {
		for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
			demand, err := DemandOf(d, column)
			if err != nil {
				t.Fatal(err)
			}
			m, err := FromStack(s, demand, a)
			if err != nil {
				t.Fatal(err)
			}
			r := mustSimulate(t, m.Busiest(1), Options{Requests: figureRequests, Runs: figureRuns, Seed: figureSeed, Warmup: figureWarmup})
			got := figures[i].Busiest[column]
			if got.P99 != Interval(r.P99) || got.RatePerS != m.Arrivals.Busiest().Rate() || len(got.Distribution) == 0 {
				t.Errorf("%s, %s: p99 %v at %v/s, want %v", s.Name, column, got.P99, got.RatePerS, r.P99)
			}
		}
		f := figures[i]
		if len(f.Load) != len(loadFactors) || len(f.Assumptions) < 10 || len(f.Evidence) < 5 || !f.Keeps() || len(f.Sensitivity) > 0 {
			t.Errorf("%s: %d points of load, %d assumptions, %d places in the template, over %v", s.Name, len(f.Load), len(f.Assumptions), len(f.Evidence), f.Busiest[design.Peak].Over)
		}
	}
}

// TestEqualModelsAreSimulatedOnce also checks that a model that differs is not taken
// for an equal one.
func TestEqualModelsAreSimulatedOnce(t *testing.T) {
	t.Parallel()
	_, _, a := sample(t)
	d := sampleDesign(t)
	var demands [3]Demand
	for column := range demands {
		var err error
		if demands[column], err = DemandOf(d, design.Column(column)); err != nil {
			t.Fatal(err)
		}
	}
	var p plan
	out := make([]Figures, 3)
	for i, s := range []*assembly.Stack{parsed(t, "A", apis), parsed(t, "B", apis), parsed(t, "C", strings.Replace(apis, `"Timeout":8`, `"Timeout":9`, 1))} {
		p.add(&out[i], s, demands, a.Fresh(), false)
	}
	if len(p.minutes) != 6 || len(p.loads) != 2 {
		t.Fatalf("%d busiest minutes and %d loads to simulate for two different models", len(p.minutes), len(p.loads))
	}
	p.run()
	if out[0].Busiest[design.Base].P50.Value == 0 || !reflect.DeepEqual(out[0].Busiest, out[1].Busiest) || out[2].Load == nil {
		t.Errorf("%v, %v, %v", out[0].Busiest[design.Base].P50, out[1].Busiest[design.Base].P50, out[2].Busiest[design.Base].P50)
	}
}

func TestAStackWithoutAModelSaysWhy(t *testing.T) {
	t.Parallel()
	all, _, _ := sample(t)
	foreign := parsed(t, "Old", `{"Resources":{"Db":{"Type":"AWS::RDS::DBInstance"},"Api":{"Type":"AWS::AppSync::GraphQLApi"},"F":{"Type":"AWS::Lambda::Function"}}}`)
	figures := Of([]*assembly.Stack{foreign, all.Stacks[0]}, sampleDesign(t))
	for _, want := range []string{"front door Api is a AWS::AppSync::GraphQLApi", "store Db is a AWS::RDS::DBInstance, which has no latency model"} {
		if !strings.Contains(figures[0].Missing, want) {
			t.Errorf("%q does not say %q", figures[0].Missing, want)
		}
	}
	if !figures[0].Keeps() || figures[1].Missing != "" || figures[1].Busiest[design.Base].P99.Value == 0 {
		t.Errorf("a stack without a model spoils another: %+v", figures)
	}
	if f := Of(all.Stacks[:1], &design.Design{}); !strings.Contains(f[0].Missing, "has no load") {
		t.Errorf("a design without a load: %q", f[0].Missing)
	}
	if raw, err := json.Marshal(figures); err != nil || strings.Contains(string(raw), "NaN") {
		t.Errorf("figures as JSON: %v", err)
	}
}

// TestOverIsBeyondTheInterval holds that chance alone takes no option out.
func TestOverIsBeyondTheInterval(t *testing.T) {
	t.Parallel()
	r := Result{P95: Estimate{0.31, 0.02}, P99: Estimate{0.9, 0.05}, Throttled: Estimate{0.002, 0.0015}}
	allowed := Allowance{P95: 0.3, P99: 0.8, Refused: 0.001}
	if over := r.over(allowed, true); len(over) != 1 || over[0] != "p99 900 ms over 800 ms" {
		t.Errorf("surely over: %v", over)
	}
	if over := r.over(allowed, false); len(over) != 3 {
		t.Errorf("over: %v", over)
	}
}

// TestLastingLoadLeavesNoBurst holds a throttle below the arrivals to what it lets
// through for ever, rate over arrivals, however short the run.
func TestLastingLoadLeavesNoBurst(t *testing.T) {
	t.Parallel()
	m := Model{Arrivals: Regular(1000), Door: Door{Rate: 800, Burst: 5000}, Lambda: &Lambda{}, Work: Work{Service: Constant(0.01)}, Lasting: true}
	r := mustSimulate(t, m, Options{Requests: 2000, Runs: 2})
	if got := r.Throttled.Value; got < 0.199 || got > 0.201 {
		t.Errorf("throttled %v, want a fifth", got)
	}
	m.Arrivals = Regular(700)
	if r = mustSimulate(t, m, Options{Requests: 2000, Runs: 2}); r.Throttled.Value != 0 {
		t.Errorf("throttled %v below the rate", r.Throttled.Value)
	}
}

// TestBusiestPoolHasScaled: 1,000 requests a second that keep a slot busy for 10 ms
// each are ten slots at work, 25 at 40 %, so 13 servers of two slots.
func TestBusiestPoolHasScaled(t *testing.T) {
	t.Parallel()
	m := Model{Arrivals: Poisson(1000), Work: Work{Service: Constant(0.01)}, Pool: &Pool{Policy: RoundRobin, Servers: 2, Slots: 2, Scaling: &Scaling{Min: 2, Max: 20, Target: 0.4}}}
	for factor, want := range map[float64]int{0.01: 2, 1: 13, 10: 20} {
		if got := m.Busiest(factor).Pool.Servers; got != want {
			t.Errorf("×%v: %d servers, want %d", factor, got, want)
		}
	}
	if m.Pool.Servers != 2 {
		t.Error("the model itself was changed")
	}
}

// TestOneSlowServerTellsBalancersApart: round robin sends it a third of the requests,
// least outstanding requests as many as it can take.
func TestOneSlowServerTellsBalancersApart(t *testing.T) {
	t.Parallel()
	stack := func(algorithm string) *assembly.Stack {
		return parsed(t, algorithm, strings.Replace(fargate, "ALGORITHM", algorithm, 1))
	}
	all, _, _ := sample(t)
	f := Of([]*assembly.Stack{stack("round_robin"), stack("least_outstanding_requests"), all.Stacks[0]}, sampleDesign(t))
	if f[0].Slow == nil || f[1].Slow == nil || !(f[1].Slow.P95.Value < 0.9*f[0].Slow.P95.Value) {
		t.Errorf("with one slow server the p95 is %v by turns and %v by outstanding requests", f[0].Slow, f[1].Slow)
	}
	if f[2].Slow != nil {
		t.Error("a function has a slow server")
	}
}

// TestLoadThatConsumersCannotKeepUpWith wants figures of the requests all the same, and
// no figure of what never ends: a p99 of zero would keep every allowance.
func TestLoadThatConsumersCannotKeepUpWith(t *testing.T) {
	t.Parallel()
	all, _, _ := sample(t)
	d := sampleDesign(t)
	for column := range d.Capacity.Users {
		d.Capacity.Users[column] *= 100
	}
	var behind int
	for i, f := range Of(all.Stacks, d) {
		for column, m := range f.Busiest {
			if m.EventsBehind {
				behind++
			}
			if f.Missing != "" || m.P50.Value <= 0 || m.P99.Value <= 0 || len(m.Distribution) == 0 || m.EventsBehind != (m.DeliveryP99.Value == 0) {
				t.Errorf("%s, column %d: %s p99 %v, events behind %t, handled within %v", all.Stacks[i].Name, column, f.Missing, m.P99, m.EventsBehind, m.DeliveryP99)
			}
		}
	}
	if behind == 0 {
		t.Error("the load is too low to show it")
	}
}

func BenchmarkOf(b *testing.B) {
	all, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		b.Fatal(err)
	}
	d := sampleDesign(b)
	b.ReportAllocs()
	for b.Loop() {
		Of(all.Stacks, d)
	}
}
