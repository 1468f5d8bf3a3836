package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"fulcrum/compare/latency"
)

// newSimulateQueue defines fulcrum simulate queue.
func newSimulateQueue() *cobra.Command {
	var f simulationFlags
	var servers, limit int
	var policy string
	c := &cobra.Command{
		Use:   "queue",
		Short: "Simulate one queue before one or more servers",
		Long: `Simulates one queue and reports waits and percentiles, beside the closed form
where there is one (M/M/c by Erlang's formula, M/G/1 by Pollaczek and Khinchine).

Arrivals: 80/s (Poisson), det:80/s, mmpp:20/s,200/s:30s,5s, daily:80/s:3.
Service:  exp:10ms, det:10ms, uniform:5ms:15ms, lognormal:10ms:1.5 (mean and
coefficient of variation), lognormal:10ms/50ms (median/p99), pareto:10ms:2.5,
hdr:FILE[:unit].`,
		Example: "  fulcrum simulate queue --arrival 80/s --service exp:10ms --servers 1 --requests 1e6 --json",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p problems
			o := f.options(&p)
			o.Warmup = 0.1
			arrivals, err := latency.ParseArrivals(f.arrivals)
			p.add("arrival", err)
			service, err := latency.ParseDist(f.service)
			p.add("service", err)
			faults := f.parseFaults(&p)
			if servers < 1 {
				p.add("servers", fmt.Errorf("%d: give at least 1", servers))
			}
			if limit < -1 {
				p.add("queue", fmt.Errorf("%d: give the most requests that wait, 0 for no limit or -1 for none", limit))
			}
			p.add("policy", knownPolicy(policy))
			if load := arrivals.Rate() * service.Mean() / float64(max(servers, 1)); len(p) == 0 && load >= 1 && limit == 0 {
				p.add("servers", fmt.Errorf("load is %.3g, the queue grows without bound: give more servers, or a --queue limit", load))
			}
			if err := p.err(); err != nil {
				return err
			}
			m := latency.Model{
				Name:     fmt.Sprintf("arrivals %s, service %s, servers %d, %s", f.arrivals, f.service, servers, policy),
				Arrivals: arrivals, Faults: faults, Work: latency.Work{Service: service},
				Pool: &latency.Pool{Policy: latency.Policy(policy), Servers: servers, Queue: limit},
			}
			r, err := simulate(cmd, m, o)
			if err != nil {
				return err
			}
			fields, lines := closedForm(f.arrivals, f.service, arrivals.Rate(), service, servers, policy, limit+len(faults))
			return writeResult(cmd.OutOrStdout(), r, f.json, fields, lines)
		},
	}
	flags := c.Flags()
	flags.SetNormalizeFunc(singular)
	f.define(flags, "1e6", 10)
	flags.StringVar(&f.arrivals, "arrival", "80/s", "how requests arrive")
	flags.StringVar(&f.service, "service", "exp:10ms", "distribution of service times")
	flags.IntVar(&servers, "servers", 1, "number of servers")
	flags.IntVar(&limit, "queue", 0, "most requests that wait; 0 for no limit, -1 for none")
	flags.StringVar(&policy, "policy", "fifo", "one of "+policyNames(", ")+"; fifo is one queue for all")
	return c
}

// newSimulateBalance defines fulcrum simulate balance.
func newSimulateBalance() *cobra.Command {
	var f simulationFlags
	var servers, slots int
	var load float64
	var policy string
	var weights []float64
	var mitigation bool
	c := &cobra.Command{
		Use:   "balance",
		Short: "Simulate a load balancer before servers with a queue each",
		Long: `Simulates servers with a queue each behind a balancer. Requests arrive at random, as
many as keep the servers at work for the share --load of the time. Service times are
written as for fulcrum simulate queue; a time without a unit is in seconds.`,
		Example: "  fulcrum simulate balance --policy two-choices --servers 10 --load 0.9 --service exp:1\n  fulcrum simulate balance --policy least-outstanding --servers 3 --load 0.5 --service exp:10ms --fault slow:3@0s-1h×10",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p problems
			o := f.options(&p)
			o.Warmup = 0.1
			service, err := latency.ParseDist(f.service)
			p.add("service", err)
			faults := f.parseFaults(&p)
			if servers < 1 || slots < 1 {
				p.add("servers", fmt.Errorf("%d with --slots %d: give at least 1 of each", servers, slots))
			}
			if !(load > 0 && load < 1) {
				p.add("load", fmt.Errorf("%v: give a share above 0 and below 1", load))
			}
			p.add("policy", knownPolicy(policy))
			if service.Mean() == 0 && err == nil {
				p.add("service", errors.New("give a mean above 0"))
			}
			if n := len(weights); n > 0 && n != servers {
				p.add("weights", fmt.Errorf("%d for %d servers: give one for each", n, servers))
			}
			if (len(weights) > 0 || mitigation) && policy != string(latency.WeightedRandom) {
				p.add("policy", fmt.Errorf("%s has no weights to give or to take: use %s", policy, latency.WeightedRandom))
			}
			if err := p.err(); err != nil {
				return err
			}
			m := latency.Model{
				Name:     fmt.Sprintf("%s over %d servers, load %g, service %s", policy, servers, load, f.service),
				Arrivals: latency.Poisson(load * float64(servers*slots) / service.Mean()), Faults: faults,
				Work: latency.Work{Service: service},
				Pool: &latency.Pool{Policy: latency.Policy(policy), Servers: servers, Slots: slots, Weights: weights, Mitigation: mitigation},
			}
			r, err := simulate(cmd, m, o)
			if err != nil {
				return err
			}
			return writeResult(cmd.OutOrStdout(), r, f.json, nil, "")
		},
	}
	flags := c.Flags()
	f.define(flags, "1e6", 10)
	flags.StringVar(&f.service, "service", "exp:1", "distribution of service times")
	flags.IntVar(&servers, "servers", 10, "number of servers")
	flags.IntVar(&slots, "slots", 1, "requests that one server serves at a time")
	flags.Float64SliceVar(&weights, "weights", nil, "weights of the servers in order, for weighted-random")
	flags.BoolVar(&mitigation, "mitigation", false, "take weight off servers that fail more than others, for weighted-random")
	flags.Float64Var(&load, "load", 0.9, "offered work over the servers' capacity")
	flags.StringVar(&policy, "policy", "round-robin", policyNames(", "))
	return c
}

func policyNames(separator string) string {
	names := make([]string, 0, len(latency.Policies()))
	for _, p := range latency.Policies() {
		names = append(names, string(p))
	}
	return strings.Join(names, separator)
}

func knownPolicy(policy string) error {
	for _, p := range latency.Policies() {
		if string(p) == policy {
			return nil
		}
	}
	return fmt.Errorf("unknown policy %q: use one of %s", policy, policyNames(", "))
}

// closedForm returns the steady state by formula as JSON fields and as text,
// nothing where there is no formula. special counts settings that have none.
func closedForm(arrivals, text string, rate float64, service latency.Dist, servers int, policy string, special int) (map[string]any, string) {
	poisson := !strings.Contains(arrivals, ":") || strings.HasPrefix(arrivals, "poisson:")
	if !poisson || special != 0 || (policy != string(latency.Shared) && servers > 1) {
		return nil, ""
	}
	var q latency.Queue
	var name string
	switch {
	case strings.HasPrefix(text, "exp:"):
		q, name = latency.MMC(rate, service.Mean(), servers), fmt.Sprintf("M/M/%d (Erlang C)", servers)
	case servers == 1:
		q, name = latency.MG1(rate, service.Mean(), service.Variation()), "M/G/1 (Pollaczek-Khinchine)"
	default:
		return nil, ""
	}
	if q.MeanWait > 1e9 { // the variance is infinite
		return nil, ""
	}
	return map[string]any{"closed_form": map[string]any{
			"name": name, "utilization": q.Utilization, "probability_of_wait": q.WaitProbability,
			"mean_wait_s": q.MeanWait, "mean_response_s": q.MeanResponse,
		}}, fmt.Sprintf("\n  closed form %s: mean response %s, mean wait %s, for %.3g %% of the requests\n",
			name, latency.Duration(q.MeanResponse), latency.Duration(q.MeanWait), 100*q.WaitProbability)
}
