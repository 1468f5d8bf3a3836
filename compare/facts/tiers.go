package facts

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// ParseTiers reads prices per unit with the units they hold up to, such as
// "0.000001@300000000,0.0000009": a millionth of a dollar up to the 300
// millionth unit, nine tenths of that beyond. A single number is one open tier.
func ParseTiers(s string) ([]Tier, error) {
	parts := strings.Split(s, ",")
	tiers := make([]Tier, 0, len(parts))
	below := 0.0
	for i, part := range parts {
		usd, upTo, bounded := strings.Cut(strings.TrimSpace(part), "@")
		t := Tier{UpTo: math.Inf(1)}
		var err error
		if t.USD, err = ParseNumber(usd); err != nil {
			return nil, fmt.Errorf("price %w", err)
		}
		last := i == len(parts)-1
		switch {
		case bounded && last:
			return nil, fmt.Errorf("the last tier %q must be open: write its price without @", part)
		case !bounded && !last:
			return nil, fmt.Errorf("tier %q must say how far it goes: write %s@UNITS", part, usd)
		case bounded:
			if t.UpTo, err = ParseNumber(upTo); err != nil {
				return nil, fmt.Errorf("tier end %w", err)
			}
			if t.UpTo <= below {
				return nil, fmt.Errorf("tier end %s does not exceed the one before it, %s", upTo, FormatNumber(below))
			}
			below = t.UpTo
		}
		tiers = append(tiers, t)
	}
	return tiers, nil
}

// FormatTiers writes tiers as ParseTiers reads them.
func FormatTiers(tiers []Tier) string {
	parts := make([]string, len(tiers))
	for i, t := range tiers {
		parts[i] = FormatNumber(t.USD)
		if !t.Open() {
			parts[i] += "@" + FormatNumber(t.UpTo)
		}
	}
	return strings.Join(parts, ",")
}

var (
	number = regexp.MustCompile(`^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)
	unit   = regexp.MustCompile(`^[\d.]+\s*([A-Za-z%$][^\d]*)$`)
)

// ParseNumber reads a plain decimal number from 0 up, such as "1500000", "0.5"
// or "1.5e6". The error says which of the ways of being wrong it is.
func ParseNumber(s string) (float64, error) {
	if number.MatchString(s) {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return 0, fmt.Errorf("%q is too large", s)
		}
		return v, nil
	}
	switch lower := strings.ToLower(strings.TrimLeft(s, "+-")); {
	case s == "":
		return 0, fmt.Errorf("is empty")
	case lower == "nan" || strings.HasPrefix(lower, "inf"):
		return 0, fmt.Errorf("%q is not a finite number", s)
	case strings.HasPrefix(s, "-"):
		return 0, fmt.Errorf("%q is negative", s)
	}
	if m := unit.FindStringSubmatch(s); m != nil {
		return 0, fmt.Errorf("%q has an unknown unit %q: write the number alone", s, m[1])
	}
	return 0, fmt.Errorf("%q is not a number: write digits, such as 1500000 or 1.5e6", s)
}

// FormatNumber writes a number in full precision without an exponent.
func FormatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
