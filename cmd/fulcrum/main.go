// Command fulcrum compares architectures on AWS for one system: it checks the
// system's design, estimates its demand, and reads what was synthesized from it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"regexp"

	"github.com/spf13/cobra"
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
		Use:           "fulcrum",
		Short:         "Compare architectures on AWS for your system: cost, limits, availability, latency",
		SilenceUsage:  true,
		SilenceErrors: true,
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

// plainFlagError says of a value that is no number what is wanted instead.
func plainFlagError(_ *cobra.Command, err error) error {
	m := notANumber.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	want := map[string]string{"Uint": "a whole number of at least 0", "Int": "a whole number", "Float": "a number", "Bool": "true or false"}[m[3]]
	return fmt.Errorf("%s: %q is not what it takes: give %s", m[2], m[1], want)
}
