package latency

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
)

// Options say how much to simulate.
type Options struct {
	// Requests is how many arrive in each run, besides the warm-up.
	// Default: 100000.
	Requests int
	// Duration ends the arrivals of a run, in seconds, if Requests have not come by
	// then. Default: no end.
	Duration float64
	// Warmup is how many requests come first and are not measured, as a share of
	// Requests, besides which they come, or of those that come in Duration, which it is
	// part of. Default: none.
	Warmup float64
	// Runs is the number of independent runs. Default: 10.
	Runs int
	// Seed sets all random numbers.
	Seed uint64
	// Progress, if not nil, gets the share of the work that is done, from 0 to 1,
	// now and then, from one goroutine at a time.
	Progress func(share float64)
}

// Limits of what a simulation accepts.
const (
	// MaxRequests is the most requests of one run.
	MaxRequests = 1_000_000_000
	maxServers  = 100_000
)

// Simulate runs a model several times with independent seeds. It reports every
// problem of model and options at once, and stops soon after ctx is done.
func Simulate(ctx context.Context, m Model, o Options) (Result, error) {
	if o.Requests == 0 {
		o.Requests = 100_000
	}
	if o.Runs == 0 {
		o.Runs = 10
	}
	if err := errors.Join(m.Validate(), o.validate()); err != nil {
		return Result{}, err
	}
	m = m.prepared()
	runs, shares := make([]*tally, o.Runs), make([]float64, o.Runs)
	var group sync.WaitGroup
	var reporting sync.Mutex
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range runs {
		var progress func(float64)
		if o.Progress != nil {
			progress = func(share float64) {
				reporting.Lock()
				defer reporting.Unlock()
				shares[i] = share
				sum := 0.0
				for _, s := range shares {
					sum += s
				}
				o.Progress(sum / float64(o.Runs))
			}
		}
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			runs[i] = simulate(ctx, &m, o, i, progress)
			if progress != nil {
				progress(1)
			}
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("simulation stopped: %w", err)
	}
	return summarize(&m, o, runs), nil
}

func (o Options) validate() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if o.Requests < 1 || o.Requests > MaxRequests {
		bad("%d requests are out of range: want 1 to %d", o.Requests, MaxRequests)
	}
	if o.Runs < 1 || o.Runs > 1000 {
		bad("%d runs are out of range: want 1 to 1000", o.Runs)
	}
	if !(o.Warmup >= 0 && o.Warmup <= 10) {
		bad("warm-up %v is out of range: want 0 to 10 times the requests", o.Warmup)
	}
	if !(o.Duration >= 0 && o.Duration <= 365*86400) {
		bad("duration %v s is out of range: want 0 to a year", o.Duration)
	}
	return errors.Join(problems...)
}

// handling is the work that the consumers of events are given, in seconds a second.
func (m Model) handling() float64 {
	e := m.Events
	return (e.Service.Mean() + e.Overhead.Mean()/math.Max(1, float64(e.Batch))) * m.Arrivals.rate * m.Work.Writes * e.PerWrite
}

// fallsBehind reports whether events come faster than their consumers can ever handle.
func (m Model) fallsBehind() bool {
	return m.Events != nil && m.Events.Consumers > 0 && m.handling() >= float64(m.Events.Consumers)
}

// Validate reports every problem of a model.
func (m Model) Validate() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	within := func(name string, v, low, high float64) {
		if !(v >= low && v <= high) {
			bad("%s %v is out of range: want %v to %v", name, v, low, high)
		}
	}
	if m.Arrivals.rate <= 0 {
		bad("no arrivals: want for example %s", arrivalForms)
	}
	if (m.Pool == nil) == (m.Lambda == nil) {
		bad("want either a pool of servers or Lambda to serve requests")
	}
	within("share of writes", m.Work.Writes, 0, 1)
	within("cache hits", m.Work.Cache.Hits, 0, 1)
	within("throttle rate", m.Door.Rate, 0, 1e9)
	if m.Door.Rate > 0 {
		within("throttle burst", m.Door.Burst, 1, 1e9)
	}
	within("timeout", m.Door.Timeout, 0, 86400)
	within("attempts", float64(m.Retry.Attempts), 0, 100)
	if m.Retry.Attempts > 1 {
		within("backoff base", m.Retry.Base, 1e-6, 3600)
		within("backoff cap", m.Retry.Cap, 1e-6, 86400)
	}
	for _, f := range m.Faults {
		switch {
		case f.Target == "server" && m.Pool == nil:
			bad("fault of server %d: Lambda has no servers, want compute as the target", f.Server)
		case f.Kind == "down" && m.Pool != nil && m.Pool.Policy == Shared:
			bad("servers behind one shared queue cannot be down: want another policy, or a slow fault")
		case f.Target == "cache" && m.Work.Cache.Time.IsZero():
			bad("fault of the cache: the model has none")
		case f.Target == "store" && m.Work.Read.IsZero() && m.Work.Write.IsZero():
			bad("fault of the store: the model has none")
		}
	}
	if p := m.Pool; p != nil {
		m.validatePool(bad, within)
	}
	if l := m.Lambda; l != nil {
		within("concurrency", float64(l.Concurrency), 0, 1e7)
		within("provisioned concurrency", float64(l.Provisioned), 0, 1e6)
		if l.ScaleUnits > 0 {
			within("scaling period", l.ScalePeriod, 1e-3, 86400)
		}
	}
	if e := m.Events; e != nil {
		within("events of a write", e.PerWrite, 0, 1)
		within("batch", float64(e.Batch), 0, 10_000)
		within("batch window", e.Window, 0, 300)
		if m.fallsBehind() {
			bad("%d consumers cannot handle %.3g seconds of work a second: want more", e.Consumers, m.handling())
		}
	}
	return errors.Join(problems...)
}

func (m Model) validatePool(bad func(string, ...any), within func(string, float64, float64, float64)) {
	p := m.Pool
	within("servers", float64(p.Servers), 1, maxServers)
	within("slots", float64(p.Slots), 0, 100_000)
	within("queue", float64(p.Queue), -1, 1e9)
	known := false
	for _, k := range Policies() {
		known = known || k == p.Policy
	}
	if !known {
		bad("unknown policy %q: want one of %v", p.Policy, Policies())
	}
	if len(p.Weights) > 0 && len(p.Weights) != p.Servers {
		bad("%d weights for %d servers: want one for each", len(p.Weights), p.Servers)
	}
	for _, w := range p.Weights {
		within("weight", w, 1e-6, 1e6)
	}
	if p.Mitigation && p.Policy != WeightedRandom {
		bad("anomaly mitigation works with policy %s only, not with %s", WeightedRandom, p.Policy)
	}
	for _, f := range m.Faults {
		if f.Server > p.Servers {
			bad("fault of server %d: there are %d", f.Server, p.Servers)
		}
	}
	s := p.Scaling
	if s == nil {
		return
	}
	if p.Policy == Shared {
		bad("scaling needs a balancer policy, not %s", p.Policy)
	}
	if s.SlowStart > 0 && p.Policy != RoundRobin {
		bad("slow start works with policy %s only, not with %s", RoundRobin, p.Policy)
	}
	within("least servers", float64(s.Min), 1, maxServers)
	within("most servers", float64(s.Max), float64(s.Min), maxServers)
	within("scaling target", s.Target, 0.01, 1)
	within("scaling period", s.Period, 1, 3600)
	within("periods before adding", float64(s.OutAfter), 1, 1000)
	within("periods before removing", float64(s.InAfter), 1, 1000)
}
