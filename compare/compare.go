// Package compare sets the stacks of a cloud assembly against each other for one
// design: what each can do, costs, allows, promises and keeps, and which to take.
//
// It is a pure function of the assembly, the design and the facts: each dimension
// is a package of its own below this one, and package report shows the outcome.
package compare

import (
	"cmp"
	"runtime"
	"slices"
	"sync"

	"fulcrum/compare/assembly"
	"fulcrum/compare/availability"
	"fulcrum/compare/capability"
	"fulcrum/compare/cost"
	"fulcrum/compare/diagram"
	"fulcrum/compare/difference"
	"fulcrum/compare/facts"
	"fulcrum/compare/latency"
	"fulcrum/compare/limits"
	"fulcrum/compare/operations"
	"fulcrum/compare/posture"
	"fulcrum/compare/price"
	"fulcrum/compare/verdict"
	"fulcrum/design"
)

// Comparison is everything that is known about an assembly's stacks.
type Comparison struct {
	System string `json:"system"`
	// Note says what is to be known of the load before all figures; empty if nothing.
	Note    string            `json:"note,omitempty"`
	Region  string            `json:"region"`
	Columns []Column          `json:"columns"`
	Levels  ServiceLevels     `json:"service_levels"`
	Needs   []string          `json:"needs"`
	Choices map[string]string `json:"choices"`
	// TradeOffs are in the order of the catalogue.
	TradeOffs []TradeOff `json:"trade_offs"`
	Stacks    []Stack    `json:"stacks"`
	// FreeTier is true if the permanent free allowances count, as if each stack were
	// alone in its account.
	FreeTier bool `json:"free_tier"`
	// Placements are what is known of the placement of keys on cache nodes.
	Placements []Placement `json:"placements,omitempty"`
}

// Column is the load of one column of the design.
type Column struct {
	Name       string  `json:"name"`
	Users      float64 `json:"users"`
	Requests   float64 `json:"requests"`
	AverageRPS float64 `json:"average_rps"`
	PeakRPS    float64 `json:"peak_rps"`
}

// ServiceLevels are the design's.
type ServiceLevels struct {
	Availability float64 `json:"availability"`
	P95Ms        float64 `json:"p95_ms"`
	P99Ms        float64 `json:"p99_ms"`
}

// Stack is what each dimension says about one stack.
type Stack struct {
	Name     string `json:"name"`
	TradeOff string `json:"trade_off,omitempty"`
	Option   string `json:"option,omitempty"`
	Varies   string `json:"varies,omitempty"`
	Region   string `json:"region"`
	// Parts are the other stacks that belong to it, in the order of their names: all
	// figures are over all of them.
	Parts []Part `json:"parts,omitempty"`
	File  string `json:"file"`
	// Cost has the bills of the low, the base and the peak column.
	Cost         [3]cost.Bill       `json:"cost"`
	Coverage     cost.Coverage      `json:"coverage"`
	IdleUSD      float64            `json:"idle_usd"`
	Limits       limits.Report      `json:"limits"`
	Availability availability.Floor `json:"availability"`
	Latency      latency.Figures    `json:"latency"`
	Posture      posture.Posture    `json:"posture"`
	Operations   operations.Size    `json:"operations"`
	Diagram      diagram.Diagram    `json:"diagram"`

	template *assembly.Stack
	model    *cost.Model
	// settled is the template ready to be told from others; of the main part alone.
	settled difference.Settled
}

// Part is one of the stacks that belong to an option's main one.
type Part struct {
	Name   string `json:"name"`
	Part   string `json:"part"`
	Region string `json:"region"`
	File   string `json:"file"`
}

// TradeOff is one architectural question and its options.
type TradeOff struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Options  []Option `json:"options"`
	// Adds is true if the options do not all stand on one ground: their costs are then
	// what each adds to the stack it varies, and may be below zero.
	Adds bool `json:"adds"`
	// Chosen is the option of the design; empty for stacks of another app.
	Chosen       string            `json:"chosen,omitempty"`
	Capabilities []capability.Row  `json:"capabilities"`
	Needs        []capability.Need `json:"needs"`
	// Door compares the front doors alone. Differs compares all that is not the same
	// in every option; what is the same decides nothing.
	Door    BreakEven `json:"door"`
	Differs BreakEven `json:"differs"`
	// Payload is what differs over the size of a call.
	Payload Payload `json:"payload"`
	// References are the published assumptions worked out from the same facts.
	References []cost.Reference `json:"references,omitempty"`
	Verdict    verdict.Verdict  `json:"verdict"`
}

// Option is one answer and the stack that shows it.
type Option struct {
	ID       string `json:"id"`
	Sentence string `json:"sentence,omitempty"`
	Stack    string `json:"stack"`
	Baseline bool   `json:"baseline"`
	// Varies names the stack that the option differs from in this one choice; empty for
	// the first.
	Varies string `json:"varies,omitempty"`
	// DiffersUSD is, by column, the cost of what is not the same in every option or,
	// in a trade-off that Adds, of what the option adds to the stack it varies.
	DiffersUSD [3]float64 `json:"differs_usd"`
	// Difference is what the option's template has and the stack it varies has not;
	// nil for the baseline.
	Difference *difference.Difference `json:"difference,omitempty"`
}

// BreakEven is how options cost against each other, with the curves.
type BreakEven struct {
	cost.BreakEven
	// Arithmetic explains each crossing, in their order.
	Arithmetic []string `json:"arithmetic"`
	// Requests are where the curves are sampled, USD what each option costs there.
	Requests []float64   `json:"requests"`
	USD      [][]float64 `json:"usd"`
}

// Options change what is compared.
type Options struct {
	// TradeOff limits the comparison to one trade-off, by id. Default: all.
	TradeOff string
	// Stacks limits it to stacks by name, as options of one question. Default: all.
	Stacks []string
	// Sensitive names the stack whose latency's sensitivity to its assumptions is
	// worked out. Default: the reference.
	Sensitive string
	// Prices changes prices.
	Prices price.Options
}

// Of compares the stacks of an assembly for a design.
func Of(a *assembly.Assembly, d *design.Design, book *facts.Book, o Options) Comparison {
	c := Comparison{
		System: d.System, Region: d.Region, Needs: d.Needs, Choices: d.Blueprint(), FreeTier: o.Prices.FreeTier,
		Levels: ServiceLevels{d.ServiceLevels.Availability, d.ServiceLevels.P95Ms, d.ServiceLevels.P99Ms},
	}
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		l := d.Load(column)
		c.Columns = append(c.Columns, Column{column.String(), l.Users, l.Requests, l.AverageRPS, l.PeakRPS})
	}
	var wanted []*assembly.Stack
	for _, s := range a.Whole() {
		if len(o.Stacks) == 0 || slices.Contains(o.Stacks, s.Name) {
			wanted = append(wanted, s)
		}
	}
	for _, s := range a.Stacks { // a part alone, if it is asked for
		if s.Of != "" && slices.Contains(o.Stacks, s.Name) {
			wanted = append(wanted, s)
		}
	}
	c.Stacks = onEveryCore(wanted, func(s *assembly.Stack) Stack { return newStack(s, d, book, o.Prices) })
	c.simulate(d, o.Sensitive)
	over := newAxes(d)
	c.TradeOffs = onEveryCore(questions(c.Stacks, o), func(q question) TradeOff { return c.answer(q, d, book, over) })
	return c
}

// onEveryCore works out a result for each element, several at once, in their order.
func onEveryCore[T, R any](list []T, of func(T) R) []R {
	if len(list) == 0 {
		return nil
	}
	out := make([]R, len(list))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for i, x := range list {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			out[i] = of(x)
		})
	}
	group.Wait()
	return out
}

func newStack(s *assembly.Stack, d *design.Design, book *facts.Book, prices price.Options) Stack {
	base := cost.At(d, design.Base)
	m := cost.NewModel(s, d.Region, book, prices, base)
	out := Stack{
		Name: s.Name, TradeOff: s.TradeOff, Option: s.Option, Varies: s.Varies, Region: m.Region, File: s.File,
		Coverage: m.Coverage, IdleUSD: m.USD(base.WithRequests(0)),
		Limits:       tightest(s, d, book, prices, m),
		Availability: availability.Of(s, d.ServiceLevels.Availability, book),
		Posture:      posture.Of(s, *d, book),
		Operations:   operations.Of(s),
		Diagram:      diagram.Of(s),
		template:     s, model: m,
		settled: difference.Template{Stack: s.Name, Body: s.Template}.Settle(),
	}
	for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
		out.Cost[column] = m.Bill(cost.At(d, column))
	}
	for _, p := range s.Parts {
		if p.Of != "" {
			out.Parts = append(out.Parts, Part{p.Name, p.Part, p.Region, p.File})
		}
	}
	return out
}

// simulate fills in the latency of the stacks.
func (c *Comparison) simulate(d *design.Design, sensitive string) {
	templates := make([]*assembly.Stack, len(c.Stacks))
	for i, s := range c.Stacks {
		templates[i] = s.template
	}
	for i, f := range latency.Of(templates, d, cmp.Or(sensitive, c.Reference().Name)) {
		c.Stacks[i].Latency = f
	}
}

// tightest sets the demand against the limits of each part by itself, for quotas are
// a Region's, and keeps the tightest of each. The demand is the whole one: when one
// Region is lost, the other must carry it.
func tightest(s *assembly.Stack, d *design.Design, book *facts.Book, prices price.Options, m *cost.Model) limits.Report {
	peak := cost.At(d, design.Peak)
	if len(s.Parts) == 0 {
		return limits.Of(m, peak, book)
	}
	var reports []limits.Report
	for _, p := range s.Parts {
		alone := *p
		alone.Share = 1
		reports = append(reports, limits.Of(cost.NewModel(&alone, d.Region, book, prices, peak), peak, book))
	}
	return limits.Tightest(reports...)
}

// Names returns the names of the stacks.
func (c Comparison) Names() []string {
	names := make([]string, len(c.Stacks))
	for i, s := range c.Stacks {
		names[i] = s.Name
	}
	return names
}

// Reference returns the stack that the report speaks of first: the chosen one, or
// the baseline, or the first there is.
func (c Comparison) Reference() Stack {
	for _, name := range []string{ChosenStack, BaselineStack} {
		if s, ok := c.Stack(name); ok {
			return s
		}
	}
	if len(c.Stacks) == 0 {
		return Stack{}
	}
	return c.Stacks[0]
}

// Stack returns the stack of that name.
func (c Comparison) Stack(name string) (Stack, bool) {
	i := slices.IndexFunc(c.Stacks, func(s Stack) bool { return s.Name == name })
	if i < 0 {
		return Stack{}, false
	}
	return c.Stacks[i], true
}

// RoleOf returns the role of the stack's resource with an id; empty for none.
func (s Stack) RoleOf(id string) string {
	if r, ok := s.template.Resource(id); ok {
		return string(r.Role)
	}
	return ""
}
