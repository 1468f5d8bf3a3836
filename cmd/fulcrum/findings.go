package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"fulcrum/compare/assembly"
	"fulcrum/compare/finding"
)

// newFindings defines fulcrum findings: what rule packs found in the templates, and
// which of it is acknowledged for which reason.
func newFindings() *cobra.Command {
	var dir, format string
	var strict, summary bool
	c := &cobra.Command{
		Use:   "findings",
		Short: "Show which rules of AWS's rule packs the stacks do not follow, and why",
		Long: `Shows what cdk-nag (AwsSolutions, NIST 800-53 r5) and the Control Tower rules of
cfn-guard found in an assembly, and the reason that the template gives for each.
scripts/validate-templates runs the packs and leaves what they print in the assembly.`,
		Example: "  scripts/validate-templates cdk.out && fulcrum findings",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("unknown format %q; allowed: text, json", format)
			}
			a, err := assembly.Read(dir)
			if err != nil {
				return err
			}
			found, err := finding.Read(dir)
			if errors.Is(err, finding.ErrNone) {
				return fmt.Errorf("%s: %w", dir, err)
			}
			if err != nil {
				return err
			}
			report := finding.Match(a, found)
			if strict {
				if err := report.Check(); err != nil {
					return err
				}
			}
			out := cmd.OutOrStdout()
			switch {
			case format == "json":
				enc := json.NewEncoder(out)
				enc.SetIndent("", "  ")
				return enc.Encode(report)
			case summary:
				_, err = fmt.Fprintln(out, report.Summary())
			default:
				_, err = fmt.Fprint(out, report.Text()+report.Summary()+"\n")
			}
			return err
		},
	}
	addAssemblyFlag(c, &dir)
	c.Flags().StringVar(&format, "format", "text", "text or json")
	c.Flags().BoolVar(&strict, "strict", false, "fail for a finding without a reason and for a reason without a finding")
	c.Flags().BoolVar(&summary, "summary", false, "print one line")
	return c
}
