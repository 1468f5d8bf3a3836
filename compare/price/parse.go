package price

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"fulcrum/compare/facts"
	"fulcrum/design/nearest"
)

// Parse reads name=value words as a person types them. The error joins all that
// is wrong with them; inputs that are missing are Compute's to say.
func Parse(service string, words []string) (Inputs, error) {
	s, err := Find(service)
	if err != nil {
		return nil, err
	}
	in := Inputs{}
	var errs []error
	for _, word := range words {
		name, text, ok := strings.Cut(word, "=")
		if !ok {
			errs = append(errs, fmt.Errorf("%q is not an input: write name=value", word))
			continue
		}
		input, err := s.input(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if _, twice := in[name]; twice {
			errs = append(errs, fmt.Errorf("%s is given twice", name))
			continue
		}
		v := Value{Word: text}
		if !input.takesWord() {
			v.Word = ""
			if v.Number, err = facts.ParseNumber(text); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w%s", name, err, counts(input)))
				in[name] = Value{Number: input.Min} // said; not to be said again
				continue
			}
		}
		in[name] = v
	}
	return in, errors.Join(errs...)
}

func counts(i Input) string {
	if i.Unit == "" {
		return ""
	}
	return " (" + i.Name + " counts " + i.Unit + ")"
}

// ParseSet reads DIMENSION=USD words, with tiers as DIMENSION=USD@UNITS,USD.
func ParseSet(book *facts.Book, service string, words []string) (map[string][]facts.Tier, error) {
	s, err := Find(service)
	if err != nil {
		return nil, err
	}
	set := map[string][]facts.Tier{}
	var errs []error
	for _, word := range words {
		dimension, text, ok := strings.Cut(word, "=")
		if !ok {
			errs = append(errs, fmt.Errorf("--set %q: write DIMENSION=USD", word))
			continue
		}
		if _, twice := set[dimension]; twice {
			errs = append(errs, fmt.Errorf("--set %s is given twice", dimension))
		}
		if set[dimension], err = facts.ParseTiers(text); err != nil {
			errs = append(errs, fmt.Errorf("--set %s: %w", dimension, err))
		}
	}
	known := s.Dimensions(book)
	for _, d := range slices.Sorted(maps.Keys(set)) {
		if !slices.Contains(known, d) {
			errs = append(errs, nearest.Unknown("dimension of "+s.Name, d, known))
		}
	}
	return set, errors.Join(errs...)
}

// Command is the command line that computes the same bill.
func Command(region, service string, in Inputs) string {
	words := []string{"fulcrum", "price", service}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		v := in[name]
		text := v.Word
		if text == "" {
			text = facts.FormatNumber(v.Number)
		}
		words = append(words, name+"="+text)
	}
	return strings.Join(append(words, "--region", region), " ")
}
