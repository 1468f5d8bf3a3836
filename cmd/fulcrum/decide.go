package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"fulcrum/compare"
	"fulcrum/compare/decision"
	"fulcrum/design/catalogue"
)

// newDecide defines fulcrum decide: the decisions behind the choices, written down
// with the figures of the day.
func newDecide() *cobra.Command {
	var s source
	var dir string
	c := &cobra.Command{
		Use:   "decide",
		Short: "Write an architecture decision record for each trade-off, from choices and figures",
		Long: `Writes NNNN-TRADE-OFF.md for each trade-off: what the design chose, what the
options cost, what is out of the question and why, and what would change it. A record
that was edited by hand is never replaced.`,
		Example: "  fulcrum decide --dir docs/decisions",
		Args:    nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			compared, err := s.compare(compare.Options{})
			if err != nil {
				return err
			}
			records := decision.Records(compared, catalogue.IDs())
			if len(records) == 0 {
				return fmt.Errorf("%s shows no two options of a trade-off, so there is nothing to decide; synthesize the catalogue with make", s.assembly)
			}
			written, err := decision.Write(dir, records)
			if err != nil {
				return err
			}
			for _, name := range written {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s/%s\n", dir, name); err != nil {
					return err
				}
			}
			if len(written) == 0 {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is up to date\n", dir)
			}
			return err
		},
	}
	addSourceFlags(c, &s)
	c.Flags().StringVar(&dir, "dir", "docs/decisions", "the `DIRECTORY` to write into")
	return c
}
