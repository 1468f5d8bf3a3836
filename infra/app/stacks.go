package app

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"fulcrum/design"
	"fulcrum/design/catalogue"
	"fulcrum/design/nearest"
	"fulcrum/infra/workload"
)

// baseline and chosen are the names of the stacks that are no single option's.
const (
	baseline = "Baseline"
	chosen   = "Chosen"
)

// Stack is one stack to synthesize: a name and the blueprint it follows.
type Stack struct {
	Name string
	// Part is what of an option's stacks it is, in Region. Of names the main one
	// of them; in that one it is empty.
	Part   catalogue.Part
	Region string
	Of     string
	// Parts names the other stacks of a main one, in the order of deployment.
	Parts []string
	// TradeOff and Option say what the stack is there to show; both are empty for
	// Baseline and Chosen.
	TradeOff, Option string
	// Varies names the stack that this one differs from in one choice; empty for
	// Baseline and for parts that have nothing like them. The second Region's stack
	// varies the main one, from which it differs in its place.
	Varies string
	// Ground holds the choices that the trade-off presumes.
	Ground    catalogue.Blueprint
	Blueprint catalogue.Blueprint
}

// Plan returns the stacks of a synthesis, in the order of the catalogue: the
// baseline, each option that differs from it, and what the design chose. A
// trade-off's id or a stack's name limits it; empty strings do not. It reports a
// choice or a need that cannot be met, and a limit that names nothing.
func Plan(d *design.Design, tradeOff, stack string) ([]Stack, error) {
	if err := feasible(d); err != nil {
		return nil, err
	}
	all := stacks(d)
	kept := slices.DeleteFunc(slices.Clone(all), func(s Stack) bool {
		// The stack that an option varies is what makes the option readable, and the
		// parts of an option belong together.
		return (tradeOff != "" && s.TradeOff != tradeOff && s.Name != baseline) || (stack != "" && s.group() != groupOf(all, stack))
	})
	if tradeOff != "" {
		if _, ok := catalogue.Find(tradeOff); !ok {
			return nil, fmt.Errorf("-c tradeoff: %w", nearest.Unknown("trade-off", tradeOff, catalogue.IDs()))
		}
	}
	if len(kept) == 0 {
		var names []string
		for _, s := range all {
			names = append(names, s.Name)
		}
		return nil, fmt.Errorf("-c stack: %w", nearest.Unknown("stack", stack, names))
	}
	return kept, nil
}

// stacks returns every stack, each blueprint once: one that several trade-offs
// share goes by the name that the first of them gives it.
func stacks(d *design.Design) []Stack {
	base := catalogue.Baseline()
	all := parts(d, Stack{Name: baseline, Blueprint: base})
	add := func(t catalogue.TradeOff, o catalogue.Option, varies string) string {
		blueprint := catalogue.Of(t, o)
		for _, s := range all {
			if s.Part == catalogue.Main && maps.Equal(s.Blueprint, blueprint) {
				return s.Name
			}
		}
		name := catalogue.StackName(t.ID, o.ID)
		if len(d.Misfits(blueprint)) == 0 { // else the comparison says why it is not there
			all = append(all, parts(d, Stack{
				Name: name, TradeOff: t.ID, Option: o.ID, Varies: varies, Ground: t.GroundOf(o), Blueprint: blueprint,
			})...)
		}
		return name
	}
	for _, t := range catalogue.TradeOffs {
		if len(t.Options) < 2 {
			continue // a question with one answer shows nothing
		}
		for _, o := range t.Options {
			// What the option differs from: the default on the option's own ground.
			standard := t.Baseline()
			standard.Ground = o.Ground
			varies := add(t, standard, baseline)
			if o.ID != standard.ID {
				add(t, o, varies)
			}
		}
	}
	return append(all, parts(d, Stack{Name: chosen, Varies: baseline, Blueprint: d.Blueprint()})...)
}

// parts returns a stack with the other parts of its blueprint, in the order of
// deployment.
func parts(d *design.Design, main Stack) []Stack {
	place, _ := d.Place(main.Blueprint)
	var all []Stack
	for _, part := range main.Blueprint.Parts() {
		if part != catalogue.Main {
			main.Parts = append(main.Parts, part.Name(main.Name))
		}
	}
	for _, part := range main.Blueprint.Parts() {
		s := main
		s.Name, s.Part, s.Region = part.Name(main.Name), part, place.Of(part)
		if part != catalogue.Main {
			s.Of, s.Parts, s.Varies = main.Name, nil, ""
		}
		if part == catalogue.Secondary {
			s.Varies = main.Name
		}
		all = append(all, s)
	}
	return all
}

// group names the main stack of those that the stack belongs to.
func (s Stack) group() string { return cmp.Or(s.Of, s.Name) }

// groupOf returns the group of the stack with a name, which may be any part.
func groupOf(all []Stack, name string) string {
	if i := slices.IndexFunc(all, func(s Stack) bool { return s.Name == name }); i >= 0 {
		return all[i].group()
	}
	return ""
}

// feasible reports the choices and needs of the design that cannot be met together.
func feasible(d *design.Design) error {
	conflicts := d.Conflicts()
	if len(conflicts) == 0 {
		return nil
	}
	var problems []error
	for _, c := range conflicts {
		problems = append(problems, errors.New(c.String()))
	}
	problems = append(problems, fmt.Errorf("%d choices that cannot work; nothing was synthesized", len(conflicts)))
	return errors.Join(problems...)
}

// metadata is what the stack's template says of itself; see package role.
func (s Stack) metadata(d *design.Design) map[string]any {
	m := map[string]any{"system": d.System, "region": s.Region, "blueprint": s.Blueprint}
	if s.TradeOff != "" {
		m["trade-off"], m["option"] = s.TradeOff, s.Option
	}
	if s.Varies != "" {
		m["varies"] = s.Varies
	}
	if len(s.Ground) > 0 {
		m["ground"] = s.Ground
	}
	if s.Of != "" {
		m["part"], m["of"] = string(s.Part), s.Of
	}
	if len(s.Parts) > 0 {
		m["parts"] = s.Parts
	}
	if share, split := workload.Share(s.Blueprint, s.Part); split {
		m["share"] = strconv.FormatFloat(share, 'g', -1, 64) // metadata may hold no fractions, says cfn-lint
	}
	return m
}
