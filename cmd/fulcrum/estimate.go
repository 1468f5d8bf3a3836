package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"fulcrum/compare/report"
	"fulcrum/design"
)

// newEstimate defines fulcrum estimate: what does it take to carry the system?
func newEstimate() *cobra.Command {
	var path, format, column string
	c := &cobra.Command{
		Use:   "estimate",
		Short: "Estimate the capacity the design needs, each figure with its formula",
		Long: `Works out, from the design's capacity, requests and events per second, items
written, storage, bandwidth, executions and connections at once, and cache
memory; each at low, base and peak load and with the formula it follows from.`,
		Example: `  fulcrum estimate
  fulcrum estimate --column peak
  fulcrum estimate --format md > capacity.md`,
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			columns := []string{design.Low.String(), design.Base.String(), design.Peak.String()}
			var problems []error
			at := slices.Index(columns, column)
			if at < 0 {
				problems = append(problems, fmt.Errorf("--column %s: give low, base or peak", column))
			}
			write, ok := map[string]func(io.Writer, *design.Design, design.Column) error{
				"text": writeEstimateText, "md": writeEstimateMarkdown, "json": writeEstimateJSON,
			}[format]
			if !ok {
				problems = append(problems, fmt.Errorf("--format %s: give text, md or json", format))
			}
			d, err := design.Read(path)
			if err := errors.Join(append(problems, err)...); err != nil {
				return err
			}
			return write(cmd.OutOrStdout(), d, design.Column(at))
		},
	}
	addDesignFlag(c, &path)
	c.Flags().StringVar(&format, "format", "text", "text, md or json")
	c.Flags().StringVar(&column, "column", design.Base.String(), "whose numbers text shows in the formulas: low, base or peak")
	return c
}

// Widths of the text table's columns; formulas take what is left of the line, or where
// that is less than leastFormula a line of their own.
const (
	nameWidth    = 32
	valueWidth   = 11
	leastFormula = 18
)

func writeEstimateText(w io.Writer, d *design.Design, column design.Column) error {
	return fitted(w, func(w io.Writer, width int) error {
		return writeEstimateColumns(w, d, column, cmp.Or(width, report.Width))
	})
}

// writeEstimateColumns writes the estimate as tables of a width in characters.
func writeEstimateColumns(w io.Writer, d *design.Design, column design.Column, width int) error {
	var b strings.Builder
	deep := nameWidth + 3*valueWidth + 2
	below := width-deep < leastFormula
	if below {
		deep = 6
	}
	users := d.Capacity.Users
	fmt.Fprintf(&b, "%s · %s · users a month: %s low, %s base, %s peak\n", d.System, d.Region,
		design.Figure(users[design.Low]), design.Figure(users[design.Base]), design.Figure(users[design.Peak]))
	sources := []string{}
	for _, group := range d.Estimate().Groups {
		fmt.Fprintf(&b, "\n%s%s%s%s", padRight(strings.ToUpper(group.Name), nameWidth), cell("LOW"), cell("BASE"), cell("PEAK"))
		if below {
			fmt.Fprintf(&b, "\n%s", strings.Repeat(" ", deep-2))
		}
		fmt.Fprintf(&b, "  FORMULA AT %s\n", strings.ToUpper(column.String()))
		for _, line := range group.Lines {
			name := line.Name
			if line.Unit == "kb/s" {
				name += ", kb/s"
			}
			if line.Source != "" {
				if !slices.Contains(sources, line.Source) {
					sources = append(sources, line.Source)
				}
				name += fmt.Sprintf(" [%d]", slices.Index(sources, line.Source)+1)
			}
			b.WriteString(padRight("  "+name, nameWidth))
			for _, v := range line.Values {
				b.WriteString(cell(valueText(v, line.Unit)))
			}
			for i, part := range wrap(line.Filled[column], width-deep) {
				if i > 0 || below {
					b.WriteString("\n" + strings.Repeat(" ", deep-2))
				}
				b.WriteString("  " + part)
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("\nA month has 730 hours; KB, MB and GB are powers of 1,000; kb/s are 1,000 bits a second.\n")
	for i, source := range sources {
		fmt.Fprintf(&b, "[%d] %s\n", i+1, source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeEstimateMarkdown(w io.Writer, d *design.Design, _ design.Column) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Capacity of %s in %s\n", d.System, d.Region)
	sources := []string{}
	for _, group := range d.Estimate().Groups {
		fmt.Fprintf(&b, "\n## %s%s\n\n| figure | low | base | peak | formula |\n|---|---:|---:|---:|---|\n", strings.ToUpper(group.Name[:1]), group.Name[1:])
		for _, line := range group.Lines {
			if line.Source != "" && !slices.Contains(sources, line.Source) {
				sources = append(sources, line.Source)
			}
			cells := []string{line.Name}
			if line.Unit == "kb/s" {
				cells[0] += ", kb/s"
			}
			for _, v := range line.Values {
				cells = append(cells, valueText(v, line.Unit))
			}
			how := line.Formula
			for column, filled := range line.Filled {
				how += fmt.Sprintf("<br>%s: %s", design.Column(column), filled)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(append(cells, how), " | "))
		}
	}
	b.WriteString("\nA month has 730 hours; KB, MB and GB are powers of 1,000; kb/s are 1,000 bits a second.\n")
	for _, source := range sources {
		fmt.Fprintf(&b, "L = λW: %s.\n", source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeEstimateJSON(w io.Writer, d *design.Design, _ design.Column) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(d.Estimate())
}

// valueText writes a value in its unit.
func valueText(v float64, unit string) string {
	switch unit {
	case "B":
		return design.Bytes(v)
	case "/s":
		return design.Figure(v) + "/s"
	}
	return design.Figure(v)
}

// wrap breaks a formula before its operators so that each part fits the width.
func wrap(formula string, width int) []string {
	var parts []string
	line, step := "", ""
	flush := func() {
		switch {
		case line == "":
			line = step
		case utf8.RuneCountInString(line+" "+step) > width:
			parts, line = append(parts, line), step
		default:
			line += " " + step
		}
	}
	for i, word := range strings.Split(formula, " ") {
		switch {
		case i == 0:
			step = word
		case strings.ContainsAny(word, "×÷+") && utf8.RuneCountInString(word) == 1:
			flush()
			step = word
		default:
			step += " " + word
		}
	}
	flush()
	return append(parts, line)
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(1, width-utf8.RuneCountInString(s)))
}

// cell writes a value's column, aligned to the right.
func cell(s string) string {
	return strings.Repeat(" ", max(1, valueWidth-utf8.RuneCountInString(s))) + s
}
