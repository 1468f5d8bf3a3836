package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/facts"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design"
	"fulcrum/design/nearest"
)

// stackFlags are the settings of fulcrum simulate STACK… as they were typed.
type stackFlags struct {
	simulationFlags
	design, assembly, column string
	rate                     string
	assume                   []string
	sensitivity              bool
}

// simulatedStack is a stack's result as JSON shows it.
type simulatedStack struct {
	Stack       string               `json:"stack"`
	Verdict     string               `json:"verdict"`
	Result      json.RawMessage      `json:"result"`
	Assumptions []latency.Assumption `json:"assumptions"`
	Sensitivity []latency.Effect     `json:"sensitivity,omitempty"`
	Load        []latency.LoadPoint  `json:"load,omitempty"`
	NotModelled []latency.Unseen     `json:"not_modelled"`
	// OverProvisionUSD is what idle servers cost in a month.
	OverProvisionUSD *float64 `json:"over_provision_usd_month,omitempty"`

	result latency.Result
	slots  float64
}

// newSimulateStack defines fulcrum simulate STACK….
func newSimulateStack() *cobra.Command {
	var f stackFlags
	c := &cobra.Command{
		Use:   "simulate STACK…",
		Short: "Simulate the latency of stacks by their templates, or a bare queueing model",
		Long: `Derives a model of each stack from its template and the design, sends the same
seeded arrivals through each, and reports percentiles with 95 % confidence
intervals beside the design's allowance. What no template says is an assumption:
it is printed with its source and may be set by --assume name=value. What there is
and no model has is named at the end. An option of several stacks is simulated as a
whole, under its main stack's name.

Arrivals are one day of the design's load at --column, unless --rate (a mean rate,
Poisson) or --arrival (any process) is given. Bare models for checking and
teaching are subcommands: queue, balance, throttle, lambda.`,
		Example: `  fulcrum simulate Baseline FrontDoor-Alb
  fulcrum simulate Baseline --rate 200/s --requests 1e6 --assume lambda.concurrency=50
  fulcrum simulate FrontDoor-Alb --fault slow:store@60s-120s×10 --rate 100/s --duration 5m`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return simulateStacks(cmd, args, f)
		},
	}
	flags := c.Flags()
	flags.SetNormalizeFunc(singular)
	f.define(flags, "2e5", 5)
	addLoadFlag(c, &f.design)
	addAssemblyFlag(c, &f.assembly)
	flags.StringVar(&f.column, "column", "base", "load of the design: low, base or peak")
	flags.StringVar(&f.rate, "rate", "", "mean rate instead of the design's, for example 200/s")
	flags.StringVar(&f.arrivals, "arrival", "", "arrivals instead of the design's day, for example mmpp:20/s,200/s:30s,5s")
	flags.StringArrayVar(&f.assume, "assume", nil, "set an assumption, `NAME=VALUE`; may be repeated")
	flags.BoolVar(&f.sensitivity, "sensitivity", false, "halve and double each assumption and show what that does to the p99")
	return c
}

// simulateStacks checks every flag and stack, reporting all problems, and
// simulates.
func simulateStacks(cmd *cobra.Command, names []string, f stackFlags) error {
	var p problems
	o := f.options(&p)
	faults := f.parseFaults(&p)
	assumptions, err := latency.DefaultAssumptions()
	if err != nil {
		return err
	}
	if assumptions, err = assumptions.Assume(f.assume...); err != nil {
		p.add("assume", err)
	}
	column, err := parseColumn(f.column)
	p.add("column", err)
	all, err := assembly.Read(f.assembly)
	if err != nil {
		p = append(p, err)
	}
	d, err := readLoad(f.design, all)
	if err != nil {
		p = append(p, err)
	}
	var stacks []*assembly.Stack
	if all != nil {
		if stacks, err = findStacks(all, f.assembly, names); err != nil {
			p = append(p, err)
		}
	}
	arrivals, err := f.ownArrivals()
	if err != nil {
		p = append(p, err)
	}
	if err := p.err(); err != nil {
		return err
	}
	if err := sameDesign(all, d, f.assembly); err != nil {
		return err
	}
	sayNote(cmd.ErrOrStderr(), d.note)
	demand, err := latency.DemandOf(d.Design, column)
	if err != nil {
		return err
	}
	var out []simulatedStack
	if arrivals == nil && o.Duration == 0 && !cmd.Flags().Changed("requests") {
		o.Duration, o.Requests = 24*3600, 100_000_000 // a day, however many come
	}
	model := func(s *assembly.Stack) builder {
		return func(a *latency.Assumptions) (latency.Model, error) {
			m, err := latency.FromStack(s, demand, a)
			if m.Faults = faults; arrivals != nil {
				m.Arrivals = *arrivals
			}
			return m, err
		}
	}
	for _, s := range stacks { // before the first of them takes its time
		m, err := model(s)(assumptions.Fresh())
		if err == nil {
			if err = m.Validate(); err != nil {
				err = fmt.Errorf("stack %s: %w", s.Name, err)
			}
		}
		if err != nil {
			p = append(p, err)
		}
	}
	if err := p.err(); err != nil {
		return err
	}
	for _, s := range stacks {
		one, err := simulateStack(cmd, model(s), assumptions.Fresh(), o, f.sensitivity)
		if err != nil {
			return err
		}
		one.Stack, one.Verdict = s.Name, one.result.Verdict(latency.AllowanceOf(d.Design))
		one.OverProvisionUSD = overProvision(s, d.Design, column, one)
		out = append(out, one)
	}
	if f.json {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetIndent("", "  ")
		return encoder.Encode(out)
	}
	return writeStacks(cmd.OutOrStdout(), out, d.Design)
}

// builder makes the model of a stack from assumptions.
type builder = func(*latency.Assumptions) (latency.Model, error)

// overProvision is what a month of servers costs that are idle on average, in dollars:
// what one slot of the least servers costs, times the slots that are not at work. What
// a function keeps idle costs nothing, and nil is for what is not known.
func overProvision(s *assembly.Stack, d *design.Design, column design.Column, one simulatedStack) *float64 {
	usd := 0.0
	if one.slots > 0 {
		none := cost.At(d, column).WithRequests(0)
		bill := cost.NewModel(s, d.Region, facts.Default(), price.Options{}, none).Bill(none)
		if usd = bill.PartUSD(cost.Compute) / one.slots * one.result.Idle.Value; usd == 0 {
			return nil
		}
	}
	return &usd
}

func simulateStack(cmd *cobra.Command, build builder, a *latency.Assumptions, o latency.Options, sensitivity bool) (simulatedStack, error) {
	m, err := build(a)
	if err != nil {
		return simulatedStack{}, err
	}
	out := simulatedStack{slots: leastSlots(m), Assumptions: a.Used(), NotModelled: slices.Concat(m.Unseen, latency.Unmodelled())}
	if out.result, err = simulate(cmd, m, o); err != nil {
		return out, err
	}
	if out.Result, err = out.result.JSON(); err != nil {
		return out, err
	}
	short := o
	short.Requests, short.Runs, short.Duration, short.Warmup = min(o.Requests, 20_000), min(o.Runs, 3), 0, 0.2
	if sensitivity {
		var done func()
		short.Progress, done = progress(cmd.ErrOrStderr(), m.Name+" sensitivity")
		defer done()
		if out.Sensitivity, err = latency.Sensitivity(cmd.Context(), a, build, short); err != nil {
			return out, err
		}
	}
	short.Progress = nil
	out.Load, err = latency.OverLoad(cmd.Context(), m, short)
	return out, err
}

// leastSlots is how many requests the servers of a model take at a time when there are
// as few as may be, 0 for a function.
func leastSlots(m latency.Model) float64 {
	switch p := m.Pool; {
	case p == nil:
		return 0
	case p.Scaling != nil:
		return float64(p.Scaling.Min * p.Slots)
	default:
		return float64(p.Servers * p.Slots)
	}
}

// ownArrivals returns the arrivals that --rate or --arrival gives, nil for the
// design's.
func (f stackFlags) ownArrivals() (*latency.Arrivals, error) {
	switch {
	case f.rate != "" && f.arrivals != "":
		return nil, errors.New("--rate with --arrival: give one of them")
	case f.rate != "":
		if _, err := latency.ParseRate(f.rate); err != nil {
			return nil, fmt.Errorf("--rate: %w", err)
		}
		a, err := latency.ParseArrivals(f.rate)
		return &a, err
	case f.arrivals != "":
		a, err := latency.ParseArrivals(f.arrivals)
		if err != nil {
			return nil, fmt.Errorf("--arrival: %w", err)
		}
		return &a, nil
	}
	return nil, nil
}

func parseColumn(name string) (design.Column, error) {
	for _, c := range []design.Column{design.Low, design.Base, design.Peak} {
		if c.String() == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("unknown column %q: use low, base or peak", name)
}

// findStacks returns the named stacks of the assembly in dir.
func findStacks(all *assembly.Assembly, dir string, names []string) ([]*assembly.Stack, error) {
	var found []*assembly.Stack
	var problems []error
	whole := map[string]*assembly.Stack{}
	for _, s := range all.Whole() {
		whole[s.Name] = s
	}
	for _, name := range names {
		s, ok := whole[name]
		if !ok {
			s, ok = all.Stack(name) // a part, which is refused with what to name instead
		}
		if !ok {
			problems = append(problems, fmt.Errorf("%s: %w", dir, nearest.Unknown("stack", name, all.Names())))
			continue
		}
		found = append(found, s)
	}
	return found, errors.Join(problems...)
}

func writeStacks(w io.Writer, all []simulatedStack, d *design.Design) error {
	allowed := latency.AllowanceOf(d)
	var b strings.Builder
	results := make([]latency.Result, len(all))
	for i, s := range all {
		results[i] = s.result
		b.WriteString(s.result.Text(allowed))
		if usd := s.OverProvisionUSD; usd != nil && *usd > 0 {
			fmt.Fprintf(&b, "  %-22s %.4g slots idle on average, $%.2f a month\n", "over-provision", s.result.Idle.Value, *usd)
		}
		b.WriteString("\n")
		b.WriteString(latency.LoadText(s.Load))
		if len(s.Sensitivity) > 0 {
			b.WriteString(latency.SensitivityText(s.Sensitivity))
		}
		b.WriteString("\n")
	}
	if len(all) > 1 {
		fmt.Fprintf(&b, "%s\n", latency.Table(results, allowed))
	}
	b.WriteString(latency.AssumptionsText(once(all, func(s simulatedStack) []latency.Assumption { return s.Assumptions },
		func(x latency.Assumption) string { return x.Name })))
	b.WriteString("\n")
	b.WriteString(latency.UnseenText(once(all, func(s simulatedStack) []latency.Unseen { return s.NotModelled },
		func(x latency.Unseen) string { return x.What })))
	return fittedText(w, b.String())
}

// once gathers what stacks have, each thing once by its name.
func once[T any](all []simulatedStack, of func(simulatedStack) []T, name func(T) string) []T {
	seen := map[string]bool{}
	var list []T
	for _, s := range all {
		for _, x := range of(s) {
			if !seen[name(x)] {
				seen[name(x)] = true
				list = append(list, x)
			}
		}
	}
	return list
}
