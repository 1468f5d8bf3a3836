package price

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"fulcrum/compare/facts"
)

// WriteText writes a bill as a table: a line for each tier reached, and the
// sources of its prices below.
func WriteText(w io.Writer, b Bill) error {
	rows := make([][3]string, len(b.Lines))
	var widths [3]int
	var sources []string
	number := map[string]int{}
	for i, l := range b.Lines {
		rows[i] = [3]string{
			l.Dimension,
			Quantity(l.Quantity) + " " + plural(l.Unit, l.Quantity) + " × $" + facts.FormatNumber(l.USDPerUnit),
			Money(l.USD),
		}
		for c, cell := range rows[i] {
			widths[c] = max(widths[c], len([]rune(cell)))
		}
		if s := sourceOf(l); number[s] == 0 {
			sources = append(sources, s)
			number[s] = len(sources)
		}
	}
	var out strings.Builder
	title, total := b.Service+", "+b.Region, Money(b.TotalUSD)
	inner := widths[0] + widths[1] + widths[2] + 6
	fmt.Fprintf(&out, "%s%*s a month\n\n", title, max(inner-len(title), len(total)+2), total)
	for i, r := range rows {
		fixed := "       "
		if b.Lines[i].Fixed {
			fixed = "  fixed"
		}
		fmt.Fprintf(&out, "  %-*s  %-*s  %*s%s  [%d]\n",
			widths[0], r[0], widths[1], r[1], widths[2], r[2], fixed, number[sourceOf(b.Lines[i])])
	}
	out.WriteString("\n")
	for i, s := range sources {
		fmt.Fprintf(&out, "  [%d] %s\n", i+1, s)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func sourceOf(l Line) string {
	switch l.Confidence {
	case facts.SetByHand:
		return "set with --set"
	case facts.Memory:
		return fmt.Sprintf("FROM MEMORY, verify before use: %s, %s", l.Source, l.AsOf)
	}
	return fmt.Sprintf("%s; read %s (%s)", l.Source, l.AsOf, l.Confidence)
}

// Money writes an amount to the cent, and a smaller one to two digits.
func Money(usd float64) string {
	if usd > 0 && usd < 0.01 {
		places := 1 - int(math.Floor(math.Log10(usd)))
		return "$" + strconv.FormatFloat(usd, 'f', places, 64)
	}
	return "$" + grouped(strconv.FormatFloat(usd, 'f', 2, 64))
}

// Quantity writes a number with its thousands apart and at most six decimals.
func Quantity(q float64) string {
	if q != 0 && q < 1e-6 {
		return strconv.FormatFloat(q, 'g', 3, 64)
	}
	text := strconv.FormatFloat(q, 'f', 6, 64)
	return grouped(strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
}

func grouped(number string) string {
	whole, rest, _ := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return whole
}

// plural adds an s where the unit is a word that takes one.
func plural(unit string, quantity float64) string {
	if quantity == 1 || strings.HasSuffix(unit, "GB") || strings.HasSuffix(unit, "ECPU") || strings.HasSuffix(unit, "MAU") {
		return unit
	}
	return strings.TrimSuffix(unit, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(unit, "y")]
}

// WriteServices writes every service with its inputs.
func WriteServices(w io.Writer) error {
	var out strings.Builder
	for _, s := range Services {
		fmt.Fprintf(&out, "%s\n    %s\n", s.Name, s.About)
		for _, i := range s.Inputs {
			fmt.Fprintf(&out, "    %s\n", i.describe())
		}
		out.WriteString("\n")
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (i Input) describe() string {
	text := i.Name + "="
	switch {
	case i.takesWord():
		text = fmt.Sprintf("%-32s %s", text+i.Words[0], "or "+strings.Join(i.Words[1:], ", "))
	case i.Required:
		text = fmt.Sprintf("%-32s %s, required", text, i.Unit)
	default:
		text = fmt.Sprintf("%-32s %s", text+facts.FormatNumber(i.Default), i.Unit)
	}
	if i.About != "" {
		text += "; " + i.About
	}
	return text
}
