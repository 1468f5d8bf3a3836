package design

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// text is a scalar that matches a pattern. What it is, "a name", and an example
// are for messages.
func text(what, pattern, example string) shape[string] {
	matches := regexp.MustCompile(pattern)
	return shape[string]{
		read: func(r *reader, n ast.Node, into *string) {
			s, _ := scalar(n)
			switch {
			case kind(n) != "text":
				r.wrongKind(n, what, example)
			case !matches.MatchString(s):
				r.report(n, "for example: "+example, "%s is not %s", quoted(s), what)
			default:
				*into = s
			}
		},
		schema: func() map[string]any { return map[string]any{"type": "string", "pattern": pattern} },
	}
}

// oneOf is one of a few words.
func oneOf(what string, words ...string) shape[string] {
	return shape[string]{
		read: func(r *reader, n ast.Node, into *string) {
			s, ok := scalar(n)
			switch {
			case !ok:
				r.wrongKind(n, what, words[0])
			case !slices.Contains(words, s):
				r.report(n, allowed("allowed", s, words), "unknown %s %s", what, quoted(s))
			default:
				*into = s
			}
		},
		schema: func() map[string]any { return map[string]any{"enum": words} },
	}
}

// boolean is true or false.
var boolean = shape[bool]{
	read: func(r *reader, n ast.Node, into *bool) {
		if b, ok := value(n).(*ast.BoolNode); ok {
			*into = b.Value
			return
		}
		r.wrongKind(n, "true or false", "true")
	},
	schema: func() map[string]any { return map[string]any{"type": "boolean"} },
}

// unit is a unit a quantity may have, and how many of the quantity's own it is.
type unit struct {
	name   string
	factor float64
}

// Units of the quantities in a design.
var (
	percent      = []unit{{"%", 0.01}}
	sizes        = []unit{{"B", 1}, {"KB", 1e3}, {"MB", 1e6}, {"KiB", 1024}, {"MiB", 1024 * 1024}}
	milliseconds = []unit{{"ms", 1}, {"s", 1e3}}
	seconds      = []unit{{"s", 1}, {"min", 60}, {"h", 3600}}
	hours        = []unit{{"h", 1}, {"days", 24}}
	days         = []unit{{"days", 1}, {"years", 365}}
)

// amount splits a quantity into its number and its unit. Digits may be grouped by
// underscores.
var amount = regexp.MustCompile(`^([+-]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?)\s*(.*)$`)

// number is a plain number from low to high.
func number(low, high float64) shape[float64] {
	return shape[float64]{
		read: func(r *reader, n ast.Node, into *float64) {
			if v, ok := r.quantity(n, nil, low, high); ok {
				*into = v
			}
		},
		schema: func() map[string]any {
			return map[string]any{"anyOf": []any{
				map[string]any{"type": "number", "minimum": low, "maximum": high},
				map[string]any{"type": "string", "pattern": `^[0-9]{1,3}(_[0-9]{3})+(\.[0-9]+)?$`},
			}}
		},
	}
}

// whole is a whole number from low to high, with one of the units or, if there are
// none, alone.
func whole(units []unit, low, high int) shape[int] {
	return shape[int]{
		read: func(r *reader, n ast.Node, into *int) {
			v, ok := r.quantity(n, units, float64(low), float64(high))
			s, _ := scalar(n)
			switch {
			case ok && v != math.Trunc(v):
				r.report(n, "allowed: whole numbers from "+spelled(float64(low), units)+" to "+spelled(float64(high), units), "%s is not a whole number", quoted(s))
			case ok:
				*into = int(v)
			}
		},
		schema: func() map[string]any {
			if len(units) > 0 {
				return quantity(units, float64(low), float64(high)).schema()
			}
			return map[string]any{"type": "integer", "minimum": low, "maximum": high}
		},
	}
}

// quantity is a number with a unit, from low to high in the quantity's own unit.
func quantity(units []unit, low, high float64) shape[float64] {
	var names []string
	for _, u := range units {
		names = append(names, regexp.QuoteMeta(u.name))
	}
	pattern := `^[0-9]+(_[0-9]+)*(\.[0-9]+)? *(` + strings.Join(names, "|") + `)$`
	return shape[float64]{
		read: func(r *reader, n ast.Node, into *float64) {
			if v, ok := r.quantity(n, units, low, high); ok {
				*into = v
			}
		},
		schema: func() map[string]any {
			return map[string]any{"type": "string", "pattern": pattern, "examples": []string{example(units, low, high)}}
		},
	}
}

// quantity reads a number with one of the units, or without unit if there are none.
func (r *reader) quantity(n ast.Node, units []unit, low, high float64) (float64, bool) {
	want := "a number"
	if len(units) > 0 {
		want = "a number with a unit"
	}
	s, ok := scalar(n)
	parts := amount.FindStringSubmatch(s)
	switch {
	case !ok:
		r.wrongKind(n, want, example(units, low, high))
		return 0, false
	case parts == nil:
		r.report(n, "for example: "+example(units, low, high), "%s is not %s", quoted(s), want)
		return 0, false
	}
	factor, ok := r.unit(n, s, parts[2], units)
	if !ok {
		return 0, false
	}
	digits := strings.ReplaceAll(parts[1], "_", "")
	if factor < 1 { // a shifted point, where a product would make 99.9 % 0.9990000000000001
		digits, factor = digits+"e"+strconv.Itoa(int(math.Round(math.Log10(factor)))), 1
	}
	v, err := strconv.ParseFloat(digits, 64)
	v *= factor
	if err != nil || v < low || v > high {
		r.report(n, "allowed: "+spelled(low, units)+" to "+spelled(high, units), "%s is out of range", quoted(s))
		return 0, false
	}
	return v, true
}

// unit returns the factor of a unit by its name.
func (r *reader) unit(n ast.Node, s, name string, units []unit) (float64, bool) {
	if len(units) == 0 {
		if name != "" {
			r.report(n, "write the number alone", "%s has a unit, want a plain number", quoted(s))
		}
		return 1, name == ""
	}
	var names []string
	for _, u := range units {
		if u.name == name {
			return u.factor, true
		}
		names = append(names, u.name)
	}
	if name == "" {
		r.report(n, allowed("units", name, names), "%s has no unit", quoted(s))
	} else {
		r.report(n, allowed("units", name, names), "unknown unit %s", quoted(name))
	}
	return 0, false
}

// spelled writes a quantity in the largest unit that leaves at least 1 of it.
func spelled(v float64, units []unit) string {
	if len(units) == 0 {
		return grouped(v)
	}
	best := units[0]
	for _, u := range units {
		if r := v / u.factor; r >= 1 && r < v/best.factor && r == math.Trunc(r) {
			best = u
		}
	}
	return strconv.FormatFloat(v/best.factor, 'g', 10, 64) + " " + best.name
}

// example is a quantity in the middle of its range.
func example(units []unit, low, high float64) string {
	v := 30.0
	if len(units) > 0 {
		v *= units[0].factor
	}
	return spelled(min(max(v, low), high), units)
}

// grouped writes a number as the file may have it, 200_000.
func grouped(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	head, tail, _ := strings.Cut(s, ".")
	for i := len(head) - 3; i > 0 && head[i-1] != '-'; i -= 3 {
		head = head[:i] + "_" + head[i:]
	}
	if tail != "" {
		return head + "." + tail
	}
	return head
}
