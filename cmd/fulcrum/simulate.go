package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fulcrum/compare/latency"
)

// newSimulate defines fulcrum simulate: stacks by their templates, and bare models
// for checking and teaching.
func newSimulate() *cobra.Command {
	c := newSimulateStack()
	c.AddCommand(newSimulateQueue(), newSimulateBalance(), newSimulateThrottle(), newSimulateLambda())
	return c
}

// simulationFlags are the settings that all simulations share, as they were typed.
type simulationFlags struct {
	requests, duration string
	arrivals, service  string
	faults             []string
	runs               int
	seed               uint64
	json               bool
}

func (f *simulationFlags) define(flags *pflag.FlagSet, requests string, runs int) {
	flags.StringVar(&f.requests, "requests", requests, "requests of each run")
	flags.StringVar(&f.duration, "duration", "", "time simulated in each run, for example 10m (default: until the requests have come)")
	flags.IntVar(&f.runs, "runs", runs, "independent runs, for the confidence intervals")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of all random numbers")
	flags.BoolVar(&f.json, "json", false, "write JSON")
	flags.StringArrayVar(&f.faults, "fault", nil, "a `FAULT` for a while, KIND:TARGET@FROM-TO[×FACTOR]: slow or down, of a server by its number, compute, store or cache, such as slow:1@60s-120s×10; may be repeated")
}

// singular lets --arrivals stand for --arrival.
func singular(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "arrivals" {
		name = "arrival"
	}
	return pflag.NormalizedName(name)
}

// problems gathers what is wrong with the flags of one command.
type problems []error

func (p *problems) add(flag string, err error) {
	if err != nil {
		*p = append(*p, fmt.Errorf("--%s: %w", flag, err))
	}
}

func (p problems) err() error { return errors.Join(p...) }

// options reads the settings that all simulations share.
func (f *simulationFlags) options(p *problems) latency.Options {
	o := latency.Options{Runs: f.runs, Seed: f.seed}
	var err error
	if o.Requests, err = parseCount(f.requests); err == nil && o.Requests > latency.MaxRequests {
		err = fmt.Errorf("%s is out of range: give 1 to %.0e", f.requests, float64(latency.MaxRequests))
	}
	p.add("requests", err)
	if f.duration != "" {
		d, err := time.ParseDuration(f.duration)
		switch {
		case err != nil:
			err = fmt.Errorf("%q is not a time: give for example 90s, 10m or 24h", f.duration)
		case d <= 0 || d > 365*24*time.Hour:
			err = fmt.Errorf("%q is out of range: give a time above 0 and at most a year, 8760h", f.duration)
		}
		p.add("duration", err)
		o.Duration = d.Seconds()
	}
	if f.runs < 1 || f.runs > 1000 {
		p.add("runs", fmt.Errorf("%d is out of range: give 1 to 1000", f.runs))
	}
	return o
}

func (f *simulationFlags) parseFaults(p *problems) []latency.Fault {
	var faults []latency.Fault
	for _, s := range f.faults {
		fault, err := latency.ParseFault(s)
		p.add("fault", err)
		faults = append(faults, fault)
	}
	return faults
}

// simulate runs a model, with progress on the terminal if it takes long.
func simulate(cmd *cobra.Command, m latency.Model, o latency.Options) (latency.Result, error) {
	show, done := progress(cmd.ErrOrStderr(), m.Name)
	defer done()
	o.Progress = show
	return latency.Simulate(cmd.Context(), m, o)
}

// progress returns a function that shows the share done, from one second on and
// only on a terminal, and one that takes it off the screen.
func progress(w io.Writer, what string) (show func(float64), done func()) {
	columns := terminal(w).Width
	if columns == 0 {
		return nil, func() {}
	}
	start, shown := time.Now(), time.Time{}
	show = func(share float64) {
		if now := time.Now(); now.Sub(start) > time.Second && now.Sub(shown) > 100*time.Millisecond {
			shown = now
			_, _ = io.WriteString(w, "\r"+progressLine(share, what, columns))
		}
	}
	return show, func() {
		if !shown.IsZero() {
			_, _ = io.WriteString(w, "\r\033[K")
		}
	}
}

// progressLine is shorter than the terminal is wide: the cursor would not find back to
// its beginning if it went over the end.
func progressLine(share float64, what string, columns int) string {
	filled := int(20 * min(share, 1))
	line := []rune(fmt.Sprintf("simulate  %s%s  %3.0f %%  %s ", strings.Repeat("█", filled), strings.Repeat("░", 20-filled), 100*share, what))
	return string(line[:min(len(line), columns-1)])
}

// writeResult writes a result as text or JSON, with more fields of JSON and lines
// of text, if any.
func writeResult(w io.Writer, r latency.Result, asJSON bool, fields map[string]any, lines string) error {
	if !asJSON {
		return fittedText(w, r.Text(latency.Allowance{})+lines)
	}
	raw, err := r.JSON()
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		more, err := json.MarshalIndent(fields, "", "  ")
		if err != nil {
			return err
		}
		raw = []byte(strings.TrimSuffix(string(raw), "\n}") + ",\n" + strings.TrimPrefix(string(more), "{\n"))
	}
	_, err = fmt.Fprintf(w, "%s\n", raw)
	return err
}
