// Command validate measures a real load balancer and compares it with the
// simulator: HAProxy before three backends, one of them slow, by round robin and
// by least connections, with the very arrivals and service times of a simulated
// run. It writes result.json and fails if a share or a p99 is more than 15 % from
// the simulation.
//
// It needs HAProxy (Debian's package haproxy) and about three minutes on a
// machine that is not busy; make validate runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"runtime"
	"time"

	"fulcrum/compare/latency"
)

// The scenario: three servers of four slots, the third four times slower, which
// round robin loads to two thirds.
const (
	servers  = 3
	slots    = 4
	slow     = 4.0
	rate     = 40.0
	mean     = 0.050
	requests = 3000
	seed     = 7
	// allowed is the relative difference from the simulation that passes.
	allowed = 0.15
)

// compared is one figure measured and simulated.
type compared struct {
	Measured  float64 `json:"measured"`
	Simulated float64 `json:"simulated"`
}

func (c compared) off() float64 { return math.Abs(c.Measured/c.Simulated - 1) }

// comparison is one policy's outcome. Shares are of the servers in order, times in
// seconds.
type comparison struct {
	Policy  latency.Policy `json:"policy"`
	HAProxy string         `json:"haproxy_balance"`
	Shares  []compared     `json:"shares"`
	P50     compared       `json:"p50_s"`
	P99     compared       `json:"p99_s"`
}

// result is what is committed.
type result struct {
	Date     string       `json:"date"`
	Machine  string       `json:"machine"`
	HAProxy  string       `json:"haproxy"`
	Requests int          `json:"requests"`
	Seed     uint64       `json:"seed"`
	Policies []comparison `json:"policies"`
}

// policies pairs the simulator's policies with HAProxy's.
var policies = []comparison{
	{Policy: latency.RoundRobin, HAProxy: "roundrobin"},
	{Policy: latency.LeastOutstanding, HAProxy: "leastconn"},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, "compare/latency/validate/result.json")
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file string) error {
	version, err := haproxyVersion(ctx)
	if err != nil {
		return err
	}
	r := result{
		Date: time.Now().UTC().Format(time.DateOnly), Machine: fmt.Sprintf("%d virtual CPUs, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH),
		HAProxy: version, Requests: requests, Seed: seed,
	}
	for _, c := range policies {
		fmt.Printf("%s: %d requests, %.0f s\n", c.HAProxy, requests, requests/rate)
		measured, err := measure(ctx, c.HAProxy, latency.Trace(model(c.Policy), seed, requests))
		if err != nil {
			return err
		}
		simulated, err := simulate(ctx, c.Policy)
		if err != nil {
			return err
		}
		r.Policies = append(r.Policies, compare(c, measured, simulated))
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return err
	}
	fmt.Print(r.table())
	return r.check()
}

// model is the scenario for the simulator.
func model(policy latency.Policy) latency.Model {
	return latency.Model{
		Name: string(policy), Arrivals: latency.Poisson(rate), Work: latency.Work{Service: latency.Lognormal(mean, 0.5)},
		Pool:   &latency.Pool{Policy: policy, Servers: servers, Slots: slots},
		Faults: []latency.Fault{{Kind: "slow", Target: "server", Server: servers, From: 0, To: 1e6, Factor: slow}},
	}
}

func simulate(ctx context.Context, policy latency.Policy) (latency.Result, error) {
	return latency.Simulate(ctx, model(policy), latency.Options{Requests: requests, Runs: 1, Seed: seed})
}

func compare(c comparison, m *measurement, s latency.Result) comparison {
	for i := range servers {
		c.Shares = append(c.Shares, compared{m.share(i), s.Servers[i]})
	}
	c.P50 = compared{m.quantile(0.5), s.P50.Value}
	c.P99 = compared{m.quantile(0.99), s.P99.Value}
	return c
}

// table writes the result for a terminal.
func (r result) table() string {
	text := fmt.Sprintf("%s, %s, %s\n\n  %-20s %-10s %10s %10s %8s\n", r.Date, r.Machine, r.HAProxy, "POLICY", "", "MEASURED", "SIMULATED", "OFF")
	line := func(policy latency.Policy, what, format string, c compared) {
		text += fmt.Sprintf("  %-20s %-10s %10s %10s %6.1f %%\n", policy, what, fmt.Sprintf(format, c.Measured), fmt.Sprintf(format, c.Simulated), 100*c.off())
	}
	for _, c := range r.Policies {
		for i, s := range c.Shares {
			line(c.Policy, fmt.Sprintf("share of %d", i+1), "%.4f", s)
		}
		line(c.Policy, "p50", "%.4f s", c.P50)
		line(c.Policy, "p99", "%.4f s", c.P99)
	}
	return text
}

// check reports every figure that is too far from the simulation.
func (r result) check() error {
	var problems []error
	for _, c := range r.Policies {
		for i, s := range c.Shares {
			if !(s.off() <= allowed) {
				problems = append(problems, fmt.Errorf("%s: share of server %d is %.4f, simulated %.4f", c.Policy, i+1, s.Measured, s.Simulated))
			}
		}
		if !(c.P99.off() <= allowed) {
			problems = append(problems, fmt.Errorf("%s: p99 is %.4f s, simulated %.4f s", c.Policy, c.P99.Measured, c.P99.Simulated))
		}
	}
	if len(problems) > 0 {
		problems = append(problems, fmt.Errorf("more than %.0f %% apart: repeat on a machine that is not busy before believing it", 100*allowed))
	}
	return errors.Join(problems...)
}
