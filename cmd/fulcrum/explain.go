package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"fulcrum/compare"
	"fulcrum/compare/report"
	"fulcrum/design/nearest"
)

// newExplain defines fulcrum explain: where a figure comes from.
func newExplain() *cobra.Command {
	var s source
	c := &cobra.Command{
		Use:   "explain {" + strings.Join(report.Kinds, "|") + "} STACK [ITEM]",
		Short: "Show where a figure comes from: formula, inputs, fact, source, date, confidence, template path",
		Long: `Shows for one stack how its figures were worked out. ITEM narrows it to what
contains the text: a resource, a service, a part of the stack, a quota, a data class,
a column of the design, an assumption.`,
		Example: `  fulcrum explain cost FrontDoor-Alb front-door
  fulcrum explain limit Baseline lambda
  fulcrum explain latency Baseline dynamodb
  fulcrum explain verdict Baseline`,
		Args: between(2, 3, "which figure of which stack, for example fulcrum explain cost Baseline"),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, name, item := args[0], args[1], strings.Join(args[2:], "")
			if !slices.Contains(report.Kinds, kind) {
				return nearest.Unknown("figure", kind, report.Kinds)
			}
			c, err := s.compare(compare.Options{Sensitive: name})
			if err != nil {
				return err
			}
			sayNote(cmd.ErrOrStderr(), c.Note)
			stack, ok := c.Stack(name)
			if !ok {
				return nearest.Unknown("stack", name, c.Names())
			}
			found, err := report.Explain(cmd.OutOrStdout(), c, stack, kind, item, terminal(cmd.OutOrStdout()))
			if err == nil && !found {
				err = fmt.Errorf("%s of %s has nothing like %q; leave ITEM out to see all of it", kind, name, item)
			}
			return err
		},
	}
	addSourceFlags(c, &s)
	return c
}
