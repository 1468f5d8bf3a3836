package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"fulcrum/design"
)

// newCheck defines fulcrum check: is the design right?
func newCheck() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use:   "check",
		Short: "Check design.yaml and report every problem with its place and the way out",
		Args:  nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := design.Read(path)
			if err != nil {
				return err
			}
			if conflicts := d.Conflicts(); len(conflicts) > 0 {
				var told strings.Builder
				for _, c := range conflicts {
					told.WriteString(c.String() + "\n")
				}
				return errors.New(told.String() + count(len(conflicts), "problem") + "; nothing was synthesized")
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s; no problems\n", path, contents(d))
			return err
		},
	}
	addDesignFlag(c, &path)
	return c
}

// contents counts what a design describes.
func contents(d *design.Design) string {
	return strings.Join([]string{
		count(len(d.Operations()), "operation"),
		count(len(d.AllEvents()), "event"),
		count(len(d.Aggregates), "aggregate"),
		count(len(d.Consumers), "consumer"),
		fmt.Sprintf("%d data classes", len(d.DataClasses)),
		count(len(d.Needs), "need"),
	}, ", ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
