package latency

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
	"fulcrum/design"
)

// Figures are how long a stack's requests take under a design's load.
type Figures struct {
	// Missing says why the stack has no model; the rest is empty then.
	Missing string `json:"missing,omitempty"`
	// Busiest has the busiest minute of the low, the base and the peak column.
	Busiest [3]Minute `json:"busiest"`
	// Slow is the base column's busiest minute with one server ten times as slow as the
	// others all the time, which is where balancers differ; nil for functions.
	Slow *Minute `json:"slow_server,omitempty"`
	// Load is the base column's busiest minute times a range of factors.
	Load []LoadPoint `json:"load"`
	// Assumptions are those the model rests on, Evidence is what the template says.
	Assumptions []Assumption    `json:"assumptions"`
	Evidence    []evidence.Item `json:"evidence"`
	// NotModelled is what of the stack changes latency, or might, and is not in the
	// model.
	NotModelled []Unseen `json:"not_modelled,omitempty"`
	// Sensitivity is what each assumption does to the p99 of the base column's
	// busiest minute; only where it was asked for.
	Sensitivity []Effect `json:"sensitivity,omitempty"`
}

// Minute is a column's busiest minute. Times are in seconds.
type Minute struct {
	RatePerS float64  `json:"rate_per_s"`
	P50      Interval `json:"p50_s"`
	P95      Interval `json:"p95_s"`
	P99      Interval `json:"p99_s"`
	// Shares of the requests.
	Throttled Interval `json:"throttled_share"`
	TimedOut  Interval `json:"timed_out_share"`
	Dropped   Interval `json:"dropped_share"`
	Failed    Interval `json:"failed_share"`
	ColdStart Interval `json:"cold_start_share"`
	// StaleReads is the share of the store's reads that missed a finished write.
	StaleReads Interval `json:"stale_read_share"`
	// DeliveryP99 is the time from a write until its events are handled.
	DeliveryP99 Interval `json:"delivery_p99_s"`
	// EventsBehind is true where events come faster than they are handled: how late they
	// are then depends on how long the minute lasts.
	EventsBehind bool `json:"events_behind,omitempty"`
	// Over says what exceeds the design's allowance, beyond the confidence
	// intervals; empty for nothing.
	Over []string `json:"over,omitempty"`
	// Distribution is that of the response times.
	Distribution []Quantile `json:"distribution"`
}

// Interval is a mean over independent runs and the half width of its 95 %
// confidence interval.
type Interval struct {
	Value float64 `json:"value"`
	Half  float64 `json:"half_95"`
}

// String returns the interval as a time, "190 ms ± 2".
func (i Interval) String() string { return Estimate(i).String() }

// Percent returns the interval as a share, "0.12 %".
func (i Interval) Percent() string { return Estimate(i).Percent() }

// Lost is the share of the requests that went without an answer.
func (m Minute) Lost() float64 {
	return m.Throttled.Value + m.TimedOut.Value + m.Dropped.Value + m.Failed.Value
}

// Keeps reports whether the stack keeps the design's allowance in its base and its
// peak column.
func (f Figures) Keeps() bool {
	return len(f.Busiest[design.Base].Over) == 0 && len(f.Busiest[design.Peak].Over) == 0
}

// Amount of simulation behind figures: enough for a p99 within a few percent, and
// little enough for a catalogue within a second.
const (
	figureSeed     = 1
	figureRuns     = 5
	figureRequests = 4000
	figureWarmup   = 0.2
)

// Method says how figures are simulated, in words.
func Method() string {
	return fmt.Sprintf("%d independent runs of %d requests, each after a warm-up of %g %%, seed %d; curves over load and sensitivity from fewer, so that they lie a few percent off; random numbers are common to all stacks, intervals are 95 %%",
		figureRuns, figureRequests, 100*figureWarmup, figureSeed)
}

// Of simulates stacks under a design's load and returns the figures of each, in
// their order. Stacks whose models are equal are simulated once. Sensitive names the
// stacks whose sensitivity to their assumptions is wanted.
func Of(stacks []*assembly.Stack, d *design.Design, sensitive ...string) []Figures {
	out := make([]Figures, len(stacks))
	assumptions, err := DefaultAssumptions()
	if err != nil {
		panic("latency: " + err.Error()) // the file is the program's own
	}
	var demands [3]Demand
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		if demands[column], err = DemandOf(d, column); err != nil {
			for i := range out {
				out[i].Missing = err.Error()
			}
			return out
		}
	}
	p := plan{allowed: AllowanceOf(d)}
	for i, s := range stacks {
		p.add(&out[i], s, demands, assumptions.Fresh(), slices.Contains(sensitive, s.Name))
	}
	p.run()
	return out
}

// plan is what is to be simulated: each different model once, whichever stacks and
// columns share it.
type plan struct {
	allowed Allowance
	minutes []*job[Minute]
	loads   []*job[[]LoadPoint]
	effects []func()
}

// job is one model and those who want what comes of it.
type job[T any] struct {
	model  Model
	wanted []*T
}

// add plans the simulation of a stack.
func (p *plan) add(f *Figures, s *assembly.Stack, demands [3]Demand, a *Assumptions, sensitive bool) {
	for column, demand := range demands {
		m, missing := fromStack(s, demand, a)
		if len(missing) == 0 {
			if err := m.Validate(); err != nil {
				missing = append(missing, err)
			}
		}
		if len(missing) > 0 {
			var text []string
			for _, err := range missing {
				text = append(text, strings.ReplaceAll(err.Error(), "\n", "; "))
			}
			*f = Figures{Missing: "no latency model: " + strings.Join(text, "; ")}
			return
		}
		if column == int(design.Base) {
			f.Evidence, f.Assumptions, f.NotModelled = m.Evidence, a.Used(), m.Unseen
		}
		m.Name, m.Evidence, m.Unseen = "", nil, nil
		enlist(&p.minutes, m.busiestMinute(), &f.Busiest[column])
		if column == int(design.Base) {
			enlist(&p.loads, m.Busiest(1), &f.Load)
			if slow := m.busiestMinute(); slow.Pool != nil {
				f.Slow = &Minute{}
				slow.Faults = []Fault{{Kind: "slow", Target: "server", Server: 1, To: 365 * 86400, Factor: 10}}
				enlist(&p.minutes, slow, f.Slow)
			}
		}
	}
	if sensitive {
		build := func(a *Assumptions) (Model, error) { return FromStack(s, demands[design.Base], a) }
		p.effects = append(p.effects, func() {
			o := figureOptions(figureRequests, 2)
			f.Sensitivity, _ = Sensitivity(context.Background(), a, build, o)
		})
	}
}

// enlist puts a model on a list unless an equal one is there.
func enlist[T any](jobs *[]*job[T], m Model, to *T) {
	i := slices.IndexFunc(*jobs, func(j *job[T]) bool { return reflect.DeepEqual(j.model, m) })
	if i < 0 {
		*jobs = append(*jobs, &job[T]{model: m})
		i = len(*jobs) - 1
	}
	(*jobs)[i].wanted = append((*jobs)[i].wanted, to)
}

func figureOptions(requests, runs int) Options {
	return Options{Requests: requests, Runs: runs, Seed: figureSeed, Warmup: figureWarmup}
}

// run simulates what was planned, on every core.
func (p *plan) run() {
	var tasks []func()
	for _, j := range p.minutes {
		tasks = append(tasks, func() {
			// What was validated fails for a context that is done only, and this one
			// never is; of what holds for a day and not for its busiest minute, the
			// events are left out.
			r, _ := Simulate(context.Background(), j.model, figureOptions(figureRequests, figureRuns))
			for _, to := range j.wanted {
				*to = minuteOf(r, j.model, p.allowed)
			}
		})
	}
	for _, j := range p.loads {
		tasks = append(tasks, func() {
			points, _ := OverLoad(context.Background(), j.model, figureOptions(figureRequests/2, 3))
			for _, to := range j.wanted {
				*to = points
			}
		})
	}
	tasks = append(tasks, p.effects...)
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for _, task := range tasks {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			task()
		})
	}
	group.Wait()
}

// busiestMinute is the model's busiest minute, without its events if they come faster
// than they can be handled then: requests do not wait for them.
func (m Model) busiestMinute() Model {
	m = m.Busiest(1)
	if m.fallsBehind() {
		m.Events, m.behind = nil, true
	}
	return m
}

func minuteOf(r Result, model Model, allowed Allowance) Minute {
	m := Minute{
		RatePerS: model.Arrivals.Rate(), EventsBehind: model.behind, P50: Interval(r.P50), P95: Interval(r.P95), P99: Interval(r.P99),
		Throttled: Interval(r.Throttled), TimedOut: Interval(r.TimedOut), Dropped: Interval(r.Dropped), Failed: Interval(r.Failed),
		ColdStart: Interval(r.ColdStart), StaleReads: Interval(r.StaleReads), DeliveryP99: Interval(r.DeliveryP99),
		Distribution: r.Distribution,
	}
	m.Over = r.over(allowed, true)
	return m
}
