package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"fulcrum/compare"
	"fulcrum/compare/report"
	"fulcrum/design/catalogue"
	"fulcrum/design/nearest"
)

// compareFlags are the settings of fulcrum compare as they were typed.
type compareFlags struct {
	source
	tradeOff, format, out string
	summary, quiet        bool
}

// newCompare defines fulcrum compare: the stacks of an assembly set against each
// other for a design.
func newCompare() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare [STACK …]",
		Short: "Compare the synthesized options: capability, cost, limits, availability, latency, posture, verdict",
		Long: `Reads a cloud assembly (cdk.out) and the design and sets the options of each
trade-off against each other. It needs neither the CDK nor an account nor a network,
and reads the assembly of any CDK app; what it cannot price it lists by name.

With stacks named it compares just those. With --out it also writes index.html,
report.md and report.json into a directory.`,
		Example: `  fulcrum compare
  fulcrum compare --tradeoff front-door --format md
  fulcrum compare --out report
  fulcrum compare --assembly ../other/cdk.out Web Worker`,
		RunE: func(cmd *cobra.Command, stacks []string) error {
			return runCompare(cmd.OutOrStdout(), f, stacks)
		},
	}
	addSourceFlags(c, &f.source)
	flags := c.Flags()
	flags.StringVar(&f.tradeOff, "tradeoff", "", "only this trade-off")
	flags.StringVar(&f.format, "format", "text", "text, md, json or html")
	flags.StringVar(&f.out, "out", "", "also write index.html, report.md and report.json into this `DIRECTORY`")
	flags.BoolVar(&f.summary, "summary", false, "print one line for each trade-off")
	flags.BoolVar(&f.quiet, "quiet", false, "print one line only, for use with --out")
	return c
}

// formats are the forms of a report, by the name of --format.
var formats = map[string]func(io.Writer, compare.Comparison) error{
	"text": func(w io.Writer, c compare.Comparison) error {
		return report.Text(w, c, terminal(w))
	},
	"md": report.Markdown, "json": report.JSON, "html": report.HTML,
}

func runCompare(w io.Writer, f compareFlags, stacks []string) error {
	write, known := formats[f.format]
	var problems []error
	if !known {
		problems = append(problems, fmt.Errorf("unknown format %q; allowed: text, md, json, html", f.format))
	}
	if _, ok := catalogue.Find(f.tradeOff); f.tradeOff != "" && !ok {
		problems = append(problems, nearest.Unknown("trade-off", f.tradeOff, catalogue.IDs()))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	c, err := f.compare(compare.Options{TradeOff: f.tradeOff, Stacks: stacks})
	if err != nil {
		return err
	}
	if len(c.TradeOffs) == 0 {
		return fmt.Errorf("%s has no two stacks of trade-off %s to compare", f.assembly, cmp.Or(f.tradeOff, "any"))
	}
	if c.TradeOffs[0].Chosen != "" { // stacks of another app say nothing of caches
		if c.Placements, err = placements(); err != nil {
			return err
		}
	}
	if f.out != "" {
		if err := writeReport(f.out, c); err != nil {
			return err
		}
	}
	switch {
	case f.quiet:
		_, err = fmt.Fprintln(w, digest(c))
		return err
	case f.summary:
		return report.Summary(w, c, terminal(w))
	}
	return write(w, c)
}

// digest is a comparison in one line.
func digest(c compare.Comparison) string {
	templates, resources, billable, priced := 0, 0, 0, 0
	for _, s := range c.Stacks {
		templates += 1 + len(s.Parts)
		resources += s.Operations.Resources
		billable += s.Coverage.Billable
		priced += s.Coverage.Priced
	}
	share := 100.0
	if billable > 0 {
		share = float64(priced) / float64(billable) * 100
	}
	return fmt.Sprintf("%s, %s, %s, %.4g %% priced", count(len(c.TradeOffs), "trade-off"), count(templates, "stack"), count(resources, "resource"), share)
}

// writeReport writes the three forms of the report into a directory.
func writeReport(dir string, c compare.Comparison) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a report is for everybody
		return fmt.Errorf("--out: %w", err)
	}
	names := []string{"index.html", "report.md", "report.json"}
	for i, format := range []string{"html", "md", "json"} {
		file, err := os.Create(filepath.Join(dir, names[i]))
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		if err := errors.Join(formats[format](file, c), file.Close()); err != nil {
			return fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
	return nil
}
