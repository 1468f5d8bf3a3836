package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"fulcrum/compare/assembly"
	"fulcrum/compare/difference"
	"fulcrum/design/nearest"
)

// newDiff defines fulcrum diff: what two stacks do not have in common.
func newDiff() *cobra.Command {
	var dir, format string
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what stack B has, lacks and changes against stack A, grouped by meaning",
		Long: `Compares two templates of an assembly resource by resource. Hashes of assets and
what is made of the stacks' names are no difference.`,
		Example: "  fulcrum diff Baseline FrontDoor-Alb",
		Args:    between(2, 2, "two stacks, for example fulcrum diff Baseline FrontDoor-Alb"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return fmt.Errorf("unknown format %q; allowed: text, json", format)
			}
			a, err := assembly.Read(dir)
			if err != nil {
				return err
			}
			var templates [2]difference.Template
			for i, name := range args {
				s, ok := a.Stack(name)
				if !ok {
					return nearest.Unknown("stack", name, a.Names())
				}
				templates[i] = difference.Template{Stack: name, Body: s.Template}
			}
			return writeDiff(cmd.OutOrStdout(), difference.Between(templates[0], templates[1]), format)
		},
	}
	addAssemblyFlag(c, &dir)
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func writeDiff(w io.Writer, d difference.Difference, format string) error {
	if format == "json" {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(d)
	}
	if d.Empty() {
		_, err := fmt.Fprintln(w, "no difference")
		return err
	}
	for _, g := range d.Groups() {
		if _, err := fmt.Fprintf(w, "%s\n%s\n", g.Meaning, g.Text()); err != nil {
			return err
		}
	}
	return nil
}
