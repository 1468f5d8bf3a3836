package latency

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"fulcrum/compare/latency/exact"
	"fulcrum/design/nearest"
)

//go:embed assumptions.yaml
var assumptionsFile []byte

// Assumption is a figure that neither a template nor a design holds.
type Assumption struct {
	Name string `yaml:"-" json:"name"`
	// Value is a number in Unit, or a distribution as [ParseDist] takes it.
	Value string `yaml:"value" json:"value"`
	Unit  string `yaml:"unit" json:"unit,omitempty"`
	// Source is where the value is published, or "assumption", or "given" for one
	// that the user set.
	Source string `yaml:"source" json:"source"`
	// AsOf is the date of the source, 2006-01-02.
	AsOf string `yaml:"as-of" json:"as_of"`
	// Fact is the id of the quota in compare/facts with the same value, if any.
	Fact string `yaml:"fact" json:"fact,omitempty"`
	Note string `yaml:"note" json:"note"`

	number float64
	dist   Dist
	isDist bool
}

// Assumptions is a set of assumptions by name. It notes which ones are used.
type Assumptions struct {
	byName map[string]Assumption
	used   map[string]bool
}

// DefaultAssumptions returns those of assumptions.yaml.
func DefaultAssumptions() (*Assumptions, error) { return ReadAssumptions(assumptionsFile) }

// ReadAssumptions reads assumptions in the form of assumptions.yaml, reporting
// every problem at once.
func ReadAssumptions(file []byte) (*Assumptions, error) {
	a := &Assumptions{byName: map[string]Assumption{}, used: map[string]bool{}}
	if err := yaml.UnmarshalWithOptions(file, &a.byName, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("assumptions: %w", err)
	}
	var problems []error
	for _, name := range a.Names() {
		x := a.byName[name]
		x.Name = name
		if _, err := time.Parse(time.DateOnly, x.AsOf); err != nil {
			problems = append(problems, fmt.Errorf("assumption %s: as-of %q is not a date: want 2006-01-02", name, x.AsOf))
		}
		if x.Source == "" || x.Note == "" {
			problems = append(problems, fmt.Errorf("assumption %s: source or note is empty: say where the value is from and what it means", name))
		}
		if err := x.parse(); err != nil {
			problems = append(problems, fmt.Errorf("assumption %s: %w", name, err))
		}
		a.byName[name] = x
	}
	return a, errors.Join(problems...)
}

// parse fills number or dist from Value.
func (x *Assumption) parse() error {
	if v, err := strconv.ParseFloat(x.Value, 64); err == nil {
		if !(v > 0 && v < 1e12) {
			return fmt.Errorf("value %q is out of range: want a number above 0", x.Value)
		}
		if x.isDist {
			return fmt.Errorf("value %q is a number: want a distribution, %s", x.Value, distForms)
		}
		x.number = v
		return nil
	}
	if x.number != 0 {
		return fmt.Errorf("value %q is not a number: want one in %s", x.Value, x.Unit)
	}
	d, err := ParseDist(x.Value)
	x.dist, x.isDist = d, true
	return err
}

// Names returns all names in order.
func (a *Assumptions) Names() []string { return slices.Sorted(maps.Keys(a.byName)) }

// Get returns the assumption of a name, and whether there is one.
func (a *Assumptions) Get(name string) (Assumption, bool) {
	x, ok := a.byName[name]
	return x, ok
}

// Assume returns the assumptions with some set, each written name=value. It
// reports every problem at once.
func (a *Assumptions) Assume(settings ...string) (*Assumptions, error) {
	out := a.clone()
	var problems []error
	for _, s := range settings {
		name, value, ok := strings.Cut(s, "=")
		x, known := out.byName[name]
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("assumption %q: want name=value", s))
			continue
		case !known:
			hint := ""
			if near := nearest.Name(name, a.Names()); near != "" {
				hint = fmt.Sprintf(" (did you mean %s?)", near)
			}
			problems = append(problems, fmt.Errorf("unknown assumption %q%s: want one of %s", name, hint, strings.Join(a.Names(), ", ")))
			continue
		}
		x.Value, x.Source, x.Fact = value, "given", ""
		if err := x.parse(); err != nil {
			problems = append(problems, fmt.Errorf("assumption %s: %w", name, err))
		}
		out.byName[name] = x
	}
	return out, errors.Join(problems...)
}

// Fresh returns the same assumptions, none of them used yet.
func (a *Assumptions) Fresh() *Assumptions { return a.clone() }

func (a *Assumptions) clone() *Assumptions {
	return &Assumptions{byName: maps.Clone(a.byName), used: map[string]bool{}}
}

// scaled returns the assumptions with one multiplied by a factor.
func (a *Assumptions) scaled(name string, factor float64) *Assumptions {
	out := a.clone()
	x := out.byName[name]
	x.number = exact.Times(x.number, factor)
	x.dist = x.dist.scaled(factor)
	out.byName[name] = x
	return out
}

// number returns the number of a name.
func (a *Assumptions) number(name string) float64 { return a.use(name).number }

// dist returns the distribution of a name.
func (a *Assumptions) dist(name string) Dist { return a.use(name).dist }

// use returns the assumption of a name that the program's text holds, so that a
// missing one is a mistake of the program.
func (a *Assumptions) use(name string) Assumption {
	x, ok := a.byName[name]
	if !ok {
		panic("latency: assumptions.yaml has no " + name)
	}
	a.used[name] = true
	return x
}

// Used returns the assumptions that were used since they were read or set, by
// name.
func (a *Assumptions) Used() []Assumption {
	out := make([]Assumption, 0, len(a.used))
	for _, name := range slices.Sorted(maps.Keys(a.used)) {
		out = append(out, a.byName[name])
	}
	return out
}

// scaled returns the distribution with every time multiplied by a factor.
func (d Dist) scaled(factor float64) Dist {
	switch d.shape {
	case lognormal:
		d.a += exact.Log(factor)
	case flat:
		d.a, d.b = exact.Times(d.a, factor), exact.Times(d.b, factor)
	case empirical:
		d.steps = slices.Clone(d.steps)
		for i := range d.steps {
			d.steps[i].value = exact.Times(d.steps[i].value, factor)
		}
	default:
		d.a = exact.Times(d.a, factor)
	}
	return d
}
