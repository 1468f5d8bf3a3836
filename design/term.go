package design

import (
	"math"
	"strconv"
	"strings"
)

// term is a value together with how it was worked out, so that a printed formula
// cannot differ from the calculation.
type term struct {
	value float64
	// text is the formula with its numbers, "12,000,400 ÷ 2,628,000 s".
	text string
	// sum and product tell how text is put together, and so where it needs brackets.
	sum, product bool
}

// num is a number as a formula begins with, with its unit or none.
func num(v float64, unit string) term {
	s := Figure(v)
	if unit != "" && unit[0] != '/' {
		s += " "
	}
	return term{value: v, text: s + unit}
}

// exact is a number with all its digits, up to nine.
func exact(v float64) term { return term{value: v, text: strconv.FormatFloat(v, 'g', 9, 64)} }

// size is a number of bytes.
func size(v float64) term { return term{value: v, text: Bytes(v)} }

// times multiplies.
func times(factors ...term) term {
	p := term{value: 1, product: true}
	var texts []string
	for _, f := range factors {
		p.value *= f.value
		texts = append(texts, bracketed(f.text, f.sum))
	}
	p.text = strings.Join(texts, " × ")
	return p
}

// over divides.
func over(a, b term) term {
	return term{value: a.value / b.value, product: true, text: bracketed(a.text, a.sum) + " ÷ " + bracketed(b.text, b.sum || b.product)}
}

// plus adds.
func plus(terms ...term) term {
	s := term{sum: len(terms) > 1}
	var texts []string
	for _, t := range terms {
		s.value += t.value
		texts = append(texts, t.text)
	}
	s.text = strings.Join(texts, " + ")
	return s
}

func bracketed(text string, needed bool) string {
	if needed {
		return "(" + text + ")"
	}
	return text
}

// Figure writes a number with three significant digits or, from 1,000 on, all its
// whole digits in groups: 0.457, 22.8, 12,000,400.
func Figure(v float64) string {
	abs := math.Abs(v)
	switch {
	case v == 0 || math.IsInf(v, 0) || math.IsNaN(v):
		return strconv.FormatFloat(v, 'f', -1, 64)
	case abs >= 999.5:
		return strings.ReplaceAll(grouped(math.Round(v)), "_", ",")
	case abs < 1e-4:
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	decimals := max(0, 2-int(math.Floor(math.Log10(abs))))
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Bytes writes a number of bytes in the unit, of powers of 1,000, that leaves one
// to three digits before the point.
func Bytes(v float64) string {
	units := []string{"B", "KB", "MB", "GB", "TB", "PB"}
	i := 0
	for math.Abs(v) >= 999.5 && i < len(units)-1 {
		v /= 1000
		i++
	}
	return Figure(v) + " " + units[i]
}
