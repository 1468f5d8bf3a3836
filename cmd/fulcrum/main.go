// Command fulcrum compares architectures on AWS for one system: it checks the
// system's design, estimates its demand, and reads what was synthesized from it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"fulcrum/design/nearest"
)

// commands are the subcommands, in the order of the help.
var commands = []func() *cobra.Command{
	newCheck,
	newEstimate,
	newCompare,
	newExplain,
	newDiff,
	newFindings,
	newDecide,
	newPrice,
	newFacts,
	newRing,
	newSimulate,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := root().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// root defines the command line. Errors are printed by main alone, as they are.
func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "fulcrum",
		Short: "Compare architectures on AWS for your system: cost, limits, availability, latency",
		Long: `Compares architectures on AWS for your system. design.yaml describes the system; make
synthesizes a stack for each option of each trade-off into cdk.out. Everything here
reads the two, offline and without the CDK.`,
		Example: `  fulcrum check                                # is the design right?
  fulcrum compare --summary                    # a line for each trade-off
  fulcrum compare --tradeoff front-door        # its options side by side
  fulcrum explain cost FrontDoor-Alb           # where a figure comes from`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, known := range c.Commands() {
				if known.IsAvailableCommand() {
					names = append(names, known.Name())
				}
			}
			return nearest.Unknown("command", args[0], names)
		},
		RunE:                  func(c *cobra.Command, _ []string) error { return c.Help() },
		DisableFlagsInUseLine: true,
		SilenceUsage:          true,
		SilenceErrors:         true,
	}
	cobra.EnableCommandSorting = false
	for _, command := range commands {
		c.AddCommand(command())
	}
	c.CompletionOptions.HiddenDefaultCmd = true
	c.SetFlagErrorFunc(plainFlagError)
	return c
}

// notANumber matches what the flag library says of a value that is no number.
var notANumber = regexp.MustCompile(`^invalid argument "(.*)" for "(.*)" flag: strconv\.Parse(\w+): .*$`)

// plainFlagError says of a value that is no number what is wanted instead, and of a
// flag that there is not which there are.
func plainFlagError(c *cobra.Command, err error) error {
	if unknown := new(pflag.NotExistError); errors.As(err, &unknown) {
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, "--"+f.Name)
			}
		})
		return fmt.Errorf("%s: %w", c.CommandPath(), nearest.Unknown("flag", "--"+unknown.GetSpecifiedName(), names))
	}
	m := notANumber.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	want := map[string]string{"Uint": "a whole number of at least 0", "Int": "a whole number", "Float": "a number", "Bool": "true or false"}[m[3]]
	return fmt.Errorf("%s: %q is not what it takes: give %s", m[2], m[1], want)
}

// between wants at least and at most so many arguments; what says which, with an example.
func between(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if n := len(args); n < least || n > most {
			return fmt.Errorf("%s got %s: give %s", c.CommandPath(), count(n, "argument"), what)
		}
		return nil
	}
}

// nothing wants no argument.
func nothing(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no argument, got %q; its settings are flags, see %s --help", c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}
