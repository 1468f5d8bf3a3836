package compare

import (
	"maps"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/capability"
	"fulcrum/compare/cost"
	"fulcrum/compare/facts"
	"fulcrum/compare/verdict"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// question is a trade-off with the stacks that answer it.
type question struct {
	catalogue.TradeOff
	// stacks are indexes, one for each of Options; varied those of the stacks that the
	// options vary, an option's own for the one that varies none.
	stacks, varied []int
	foreign        bool
}

// adds reports whether an option stands on a ground of its own.
func (q question) adds() bool {
	return slices.ContainsFunc(q.Options, func(o catalogue.Option) bool { return len(o.Ground) > 0 })
}

// questions finds the trade-offs that the stacks answer. Stacks of another app, or
// named one by one, are the options of one question.
func questions(stacks []Stack, o Options) []question {
	var out []question
	followed := blueprints(stacks)
	for _, t := range catalogue.TradeOffs {
		if o.TradeOff != "" && o.TradeOff != t.ID || len(o.Stacks) > 0 {
			continue
		}
		q := question{TradeOff: t}
		q.Options = nil
		for _, option := range t.Options {
			standard := t.Baseline()
			standard.Ground = option.Ground
			i, from := stackOf(followed, t, option), stackOf(followed, t, standard)
			if i < 0 {
				continue
			}
			if from < 0 { // not in a part of the catalogue
				from = i
			}
			q.Options = append(q.Options, option)
			q.stacks, q.varied = append(q.stacks, i), append(q.varied, from)
		}
		if len(q.Options) > 1 {
			out = append(out, q)
		}
	}
	if len(out) > 0 || o.TradeOff != "" || len(stacks) == 0 {
		return out
	}
	q := question{TradeOff: catalogue.TradeOff{ID: "stacks", Question: "Which of these stacks?"}, foreign: true}
	for i, s := range stacks {
		q.Options = append(q.Options, catalogue.Option{ID: s.Name, Baseline: i == 0})
		q.stacks, q.varied = append(q.stacks, i), append(q.varied, 0)
	}
	return []question{q}
}

// stackOf finds the stack of an option by the blueprint it follows: options of several
// trade-offs may share one. It returns -1 if there is none.
func stackOf(blueprints []catalogue.Blueprint, t catalogue.TradeOff, option catalogue.Option) int {
	wanted := catalogue.Of(t, option)
	return slices.IndexFunc(blueprints, func(b catalogue.Blueprint) bool { return b != nil && maps.Equal(b, wanted) })
}

// blueprints are what stacks follow; nil for one that is no option's.
func blueprints(stacks []Stack) []catalogue.Blueprint {
	all := make([]catalogue.Blueprint, len(stacks))
	for i, s := range stacks {
		if s.template.Blueprint != nil && s.Name != ChosenStack {
			all[i] = catalogue.Baseline().On(s.template.Blueprint).Settled()
		}
	}
	return all
}

// Names of the stacks that are no single option's. Options differ from the baseline.
const (
	BaselineStack = "Baseline"
	ChosenStack   = "Chosen"
)

func (c *Comparison) answer(q question, d *design.Design, book *facts.Book, over axes) TradeOff {
	t := TradeOff{ID: q.ID, Question: q.Question}
	var templates []*assembly.Stack
	var models []*cost.Model
	for k, o := range q.Options {
		s := c.Stacks[q.stacks[k]]
		templates, models = append(templates, s.template), append(models, s.model)
		option := Option{ID: o.ID, Sentence: o.Sentence, Stack: s.Name, Baseline: o.Baseline}
		if from := c.Stacks[q.varied[k]]; from.Name != s.Name {
			diff := from.settled.To(s.settled)
			option.Varies, option.Difference = from.Name, &diff
		}
		t.Options = append(t.Options, option)
	}
	if !q.foreign {
		t.Chosen = d.Blueprint()[q.ID]
	}
	t.Capabilities = capability.Of(templates, book)
	t.Needs = capability.Needs(templates, d.Needs)
	t.Adds = q.adds()
	parts := c.differing(q, models)
	differing := make([]along, len(parts))
	doors := make([]along, len(models))
	for k, p := range parts {
		for _, column := range []design.Column{design.Low, design.Base, design.Peak} {
			t.Options[k].DiffersUSD[column] = p.usd(cost.At(d, column))
		}
		differing[k] = p.along
		doors[k] = func(a *cost.Axis) func(float64) float64 { return models[k].Curve(a, cost.Door) }
	}
	base := cost.At(d, design.Base)
	t.Door = breakEven(curves(q, doors, over.requests), base.Load.Requests)
	whole := curves(q, differing, over.requests)
	t.Differs = breakEven(whole, base.Load.Requests)
	t.Payload = overPayload(curves(q, differing, over.bytes), over.bytes.At, base.CallBytes())
	if q.ID == "front-door" {
		t.References = cost.References(book, []string{"us-east-1", "eu-west-1", "eu-central-1"})
	}
	t.Verdict = verdict.Of(c.candidates(t, q, d), whole, leftOut(q, d), c.Columns[design.Base].Requests, d)
	return t
}

// differs is what an option costs beside what decides nothing: a model, less another
// where it is what the option adds.
type differs struct{ model, less *cost.Model }

func (x differs) usd(d cost.Demand) float64 {
	if x.less == nil {
		return x.model.USD(d)
	}
	return x.model.USD(d) - x.less.USD(d)
}

func (x differs) along(a *cost.Axis) func(float64) float64 {
	usd := x.model.Curve(a, "")
	if x.less == nil {
		return usd
	}
	less := x.less.Curve(a, "")
	return func(at float64) float64 { return usd(at) - less(at) }
}

// differing returns what each option costs beside what decides nothing: what is the
// same in every option or, where they stand on grounds of their own, what the stack
// has that the option varies.
func (c *Comparison) differing(q question, models []*cost.Model) []differs {
	bills := make([][]cost.Bill, len(models))
	for k := range models {
		bills[k] = c.Stacks[q.stacks[k]].Cost[:]
	}
	var all []differs
	if !q.adds() {
		common := cost.Common(models, bills...)
		for _, m := range models {
			all = append(all, differs{model: m.Without(common)})
		}
		return all
	}
	for k, m := range models {
		from := c.Stacks[q.varied[k]]
		same := cost.Common([]*cost.Model{m, from.model}, bills[k], from.Cost[:]) // adds nothing
		all = append(all, differs{m.Without(same), from.model.Without(same)})
	}
	return all
}

// leftOut are the options that have no stack because the design does not fit them.
func leftOut(q question, d *design.Design) []verdict.Eliminated {
	var out []verdict.Eliminated
	t, _ := catalogue.Find(q.ID)
	for _, o := range t.Options {
		if slices.ContainsFunc(q.Options, func(x catalogue.Option) bool { return x.ID == o.ID }) {
			continue
		}
		for _, c := range d.Misfits(catalogue.Of(t, o)) {
			out = append(out, verdict.Eliminated{Option: o.ID, Gate: "residency", Reason: c.Lack.Reason + ", and the design has " + c.With.String()})
		}
	}
	return out
}

// candidates are the options as the verdict sees them.
func (c *Comparison) candidates(t TradeOff, q question, d *design.Design) []verdict.Option {
	var out []verdict.Option
	for k, o := range q.Options {
		s := c.Stacks[q.stacks[k]]
		v := verdict.Option{ID: o.ID, Region: s.Region, Limits: s.Limits, Floor: s.Availability, Latency: s.Latency, USD: t.Options[k].DiffersUSD[design.Base], Coverage: s.Coverage}
		for _, n := range t.Needs {
			if n.Cells[k].Mark == capability.No {
				v.Unmet = append(v.Unmet, verdict.Unmet{Need: n.ID, Cell: n.Cells[k]})
			}
		}
		if !q.foreign {
			v.Conflicts = conflicts(q, o, d)
		}
		out = append(out, v)
	}
	return out
}

// conflicts are the choices of the design, put on the question's ground, that the
// option cannot work with.
func conflicts(q question, o catalogue.Option, d *design.Design) []string {
	b := d.Blueprint().On(q.Ground).With(q.ID, o.ID).Settled()
	this := catalogue.Choice{TradeOff: q.ID, Option: b[q.ID]}
	var all []string
	for _, x := range catalogue.Check(b, nil) {
		switch this {
		case x.By:
			all = append(all, x.With.String())
		case x.With:
			all = append(all, x.By.String())
		}
	}
	return all
}
