package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"fulcrum/compare/latency"
)

// newSimulateThrottle defines fulcrum simulate throttle.
func newSimulateThrottle() *cobra.Command {
	var f simulationFlags
	var rate, burst float64
	var attempts int
	c := &cobra.Command{
		Use:   "throttle",
		Short: "Simulate a token bucket of a rate and a burst",
		Long: `Simulates a token bucket that begins full: a request takes a token, tokens return
at the rate up to the burst. API Gateway's account default is 10,000 a second with
a burst of 5,000.`,
		Example: "  fulcrum simulate throttle --rate 10000 --burst 5000 --arrivals det:12000/s --requests 1e6",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p problems
			o := f.options(&p)
			arrivals, err := latency.ParseArrivals(f.arrivals)
			p.add("arrival", err)
			if !(rate > 0 && rate <= 1e9) {
				p.add("rate", fmt.Errorf("%v: give a number above 0, in requests a second", rate))
			}
			if !(burst >= 1 && burst <= 1e9) {
				p.add("burst", fmt.Errorf("%v: give at least 1 request", burst))
			}
			if attempts < 1 || attempts > 100 {
				p.add("attempts", fmt.Errorf("%d: give 1 to 100", attempts))
			}
			if err := p.err(); err != nil {
				return err
			}
			m := latency.Model{
				Name:     fmt.Sprintf("token bucket %g/s, burst %g, arrivals %s", rate, burst, f.arrivals),
				Arrivals: arrivals, Door: latency.Door{Rate: rate, Burst: burst}, Pool: &latency.Pool{Policy: latency.Shared, Servers: 1},
				Retry: latency.Retry{Attempts: attempts, Base: 0.1, Cap: 5},
			}
			r, err := simulate(cmd, m, o)
			if err != nil {
				return err
			}
			n := float64(r.Requests) / float64(r.Runs)
			admitted := n * (1 - r.Throttled.Value)
			return writeResult(cmd.OutOrStdout(), r, f.json, map[string]any{
				"admitted_per_run": admitted, "throttled_per_run": n * r.Throttled.Value,
			}, fmt.Sprintf("  %-22s %.0f of %.0f requests in each run\n", "admitted", admitted, n))
		},
	}
	flags := c.Flags()
	flags.SetNormalizeFunc(singular)
	f.define(flags, "1e6", 10)
	if err := flags.MarkHidden("fault"); err != nil {
		panic(err)
	}
	flags.StringVar(&f.arrivals, "arrival", "12000/s", "how requests arrive")
	flags.Float64Var(&rate, "rate", 10_000, "tokens a second")
	flags.Float64Var(&burst, "burst", 5_000, "most tokens kept")
	flags.IntVar(&attempts, "attempts", 1, "tries of a client, with full jitter between 0 and min(5 s, 100 ms × 2ⁿ)")
	return c
}

// newSimulateLambda defines fulcrum simulate lambda.
func newSimulateLambda() *cobra.Command {
	var f simulationFlags
	var cold, idle string
	var concurrency, provisioned int
	c := &cobra.Command{
		Use:   "lambda",
		Short: "Simulate a Lambda function from cold",
		Long: `Simulates a function that begins without environments: one request to an
environment, 1,000 new environments per 10 s (refilled continuously), a limit of
concurrency, and 10 requests a second for each of it (Lambda quotas, read 2026-10).`,
		Example: "  fulcrum simulate lambda --rate 4000/s --service det:1s --duration 60s --concurrency 10000",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var p problems
			o := f.options(&p)
			arrivals, err := latency.ParseArrivals(f.arrivals)
			p.add("rate", err)
			service, err := latency.ParseDist(f.service)
			p.add("service", err)
			start, err := latency.ParseDist(cold)
			p.add("cold-start", err)
			kept, err := latency.ParseDist("det:" + idle)
			if err != nil {
				err = fmt.Errorf("%q is not a time: give for example 5m", idle)
			}
			p.add("idle", err)
			faults := f.parseFaults(&p)
			p.add("concurrency", possibleEnvironments(concurrency))
			p.add("provisioned", possibleEnvironments(provisioned))
			if err := p.err(); err != nil {
				return err
			}
			m := latency.Model{
				Name:     fmt.Sprintf("function, %s, service %s, concurrency %d", f.arrivals, f.service, concurrency),
				Arrivals: arrivals, Faults: faults, Work: latency.Work{Service: service},
				Lambda: &latency.Lambda{
					Concurrency: concurrency, Provisioned: provisioned, ScaleUnits: 1000, ScalePeriod: 10, RatePerEnvironment: 10,
					Init: start, Idle: kept.Mean(),
				},
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
	flags.StringVar(&f.arrivals, "rate", "100/s", "requests a second, or arrivals such as mmpp:20/s,200/s:30s,5s")
	flags.StringVar(&f.service, "service", "exp:50ms", "distribution of the handler's time")
	flags.StringVar(&cold, "cold-start", "lognormal:150ms/400ms", "distribution of a cold start (an assumption)")
	flags.StringVar(&idle, "idle", "5m", "how long an idle environment is kept (an assumption)")
	flags.IntVar(&concurrency, "concurrency", 1000, "most environments at work; 0 for no limit")
	flags.IntVar(&provisioned, "provisioned", 0, "environments kept ready")
	return c
}

func possibleEnvironments(n int) error {
	if n < 0 || n > 1_000_000 {
		return fmt.Errorf("%d: give 0 to 1,000,000 environments", n)
	}
	return nil
}
