package price

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"fulcrum/design/nearest"
)

// most bounds every number: beyond it float64 has long lost the single unit, and
// nothing on AWS is counted so high.
const most = 1e18

// Service is one thing that can be priced.
type Service struct {
	Name string
	// About says in one sentence what is metered and how.
	About  string
	Inputs []Input
	// Also names services of the book whose prices are needed too.
	Also []string
	// meter turns the inputs into charged quantities.
	meter func(u usage, b *bill)
}

// Input is one number or word that a usage is made of.
type Input struct {
	Name string
	// Unit is what a number counts: "requests", "KB", "hours".
	Unit string
	// About says more where Name and Unit do not suffice.
	About string
	// Required inputs have no default.
	Required bool
	// Default is taken where a number is left out.
	Default float64
	// Min and Max bound a number; a Max of zero means 1e18.
	Min, Max float64
	// Words are the words allowed, the default first. An input with words takes
	// no number.
	Words []string
	// Alias maps other names to one of Words. Case, and _ for -, never matter.
	Alias map[string]string
	// AnyWord allows more than Words, such as a new type of instance.
	AnyWord bool
}

// takesWord reports whether the input is a word.
func (i Input) takesWord() bool { return len(i.Words) > 0 }

// usage is a service's inputs, checked and with their defaults.
type usage struct {
	inputs []Input
	values []Value
}

func (u usage) find(name string) Value {
	for i := range u.inputs {
		if u.inputs[i].Name == name {
			return u.values[i]
		}
	}
	panic("package price: no input " + name) // a mistake in the table; every service is tested
}

func (u usage) n(name string) float64 { return u.find(name).Number }
func (u usage) w(name string) string  { return u.find(name).Word }

// usage checks the inputs and fills in the defaults. The error joins all that is
// wrong.
func (s *Service) usage(in Inputs) (usage, error) {
	u := usage{s.Inputs, make([]Value, len(s.Inputs))}
	var errs []error
	found := 0
	for i, input := range s.Inputs {
		v, given := in[input.Name]
		if given {
			found++
			if input.takesWord() {
				v.Word = input.canonical(v.Word)
			}
			if err := input.check(v); err != nil {
				errs = append(errs, err)
			}
		} else if input.Required {
			errs = append(errs, fmt.Errorf("%s is required: write %s=%s", input.Name, input.Name, input.example()))
		} else if input.takesWord() {
			v.Word = input.Words[0]
		} else {
			v.Number = input.Default
		}
		u.values[i] = v
	}
	if found < len(in) {
		for _, name := range slices.Sorted(maps.Keys(in)) {
			if _, err := s.input(name); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return u, errors.Join(errs...)
}

// canonical is the spelling of a word in Words, or the word itself.
func (i Input) canonical(word string) string {
	if slices.Contains(i.Words, word) {
		return word
	}
	plain := strings.NewReplacer("_", "-")
	spoken := strings.ToLower(plain.Replace(word))
	for _, w := range i.Words {
		if plain.Replace(w) == spoken {
			return w
		}
	}
	if w, ok := i.Alias[spoken]; ok {
		return w
	}
	return word
}

// check says what is wrong with a value.
func (i Input) check(v Value) error {
	switch {
	case i.takesWord() && v.Word == "":
		return fmt.Errorf("%s is empty; allowed: %s", i.Name, strings.Join(i.Words, ", "))
	case i.takesWord():
		if i.AnyWord || slices.Contains(i.Words, v.Word) {
			return nil
		}
		return nearest.Unknown(i.Name, v.Word, i.Words)
	case v.Word != "":
		return fmt.Errorf("%s takes a number, not %q", i.Name, v.Word)
	case math.IsNaN(v.Number) || math.IsInf(v.Number, 0):
		return fmt.Errorf("%s=%v is not a finite number", i.Name, v.Number)
	case v.Number < 0:
		return fmt.Errorf("%s=%v is negative", i.Name, v.Number)
	case v.Number < i.Min:
		return fmt.Errorf("%s=%v is below %v%s", i.Name, v.Number, i.Min, unitOf(i))
	case v.Number > i.max():
		return fmt.Errorf("%s=%v exceeds %v%s", i.Name, v.Number, i.max(), unitOf(i))
	}
	return nil
}

func (i Input) max() float64 {
	if i.Max == 0 {
		return most
	}
	return i.Max
}

func (i Input) example() string {
	if i.takesWord() {
		return i.Words[0]
	}
	return strings.ToUpper(strings.ReplaceAll(i.Unit, " ", "-"))
}

func unitOf(i Input) string {
	if i.Unit == "" {
		return ""
	}
	return " " + i.Unit
}

func (s *Service) input(name string) (Input, error) {
	names := make([]string, len(s.Inputs))
	for i, input := range s.Inputs {
		if input.Name == name {
			return input, nil
		}
		names[i] = input.Name
	}
	return Input{}, nearest.Unknown("input of "+s.Name, name, names)
}
