package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"fulcrum/lambdas/ring"
)

// ringFlags are the settings of fulcrum ring as they were typed.
type ringFlags struct {
	algorithm, keys, weights string
	nodes, virtual           int
	add, remove              int
	epsilon                  float64
	json                     bool
}

// newRing defines fulcrum ring: keys moved and load spread of a placement.
func newRing() *cobra.Command {
	var f ringFlags
	c := &cobra.Command{
		Use:   "ring",
		Short: "Measure how consistent hashing spreads keys and what moves when nodes join or leave",
		Long: `Places keys on nodes with each algorithm, adds or removes nodes, and reports the
share of keys that moved, beside what must move where shares are even, and the
spread of the load.

Algorithms: ring (virtual nodes), jump, rendezvous, maglev, bounded (bounded
loads), modulo (for contrast), or all.`,
		Example: `  fulcrum ring --nodes 10 --add 1
  fulcrum ring --algorithm ring --virtual 40 --weights 1,1,2 --nodes 3 --remove 1 --json`,
		Args: nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			measured, err := measureRing(f)
			if err != nil {
				return err
			}
			return writeRing(cmd.OutOrStdout(), measured, f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.algorithm, "algorithm", "all", "ring, jump, rendezvous, maglev, bounded, modulo or all")
	flags.IntVar(&f.nodes, "nodes", 10, "number of nodes before the change")
	flags.IntVar(&f.virtual, "virtual", ring.DefaultVirtual, "virtual nodes of a node of weight 1 (ring, bounded)")
	flags.Float64Var(&f.epsilon, "epsilon", ring.DefaultEpsilon, "load over the fair share that a node may carry (bounded)")
	flags.StringVar(&f.weights, "weights", "", "weight of each node, for example 1,1,2 (default: all 1)")
	flags.StringVar(&f.keys, "keys", "1e6", "number of keys")
	flags.IntVar(&f.add, "add", 0, "nodes that join")
	flags.IntVar(&f.remove, "remove", 0, "nodes that leave, the last ones")
	flags.BoolVar(&f.json, "json", false, "write JSON")
	return c
}

// measureRing checks every flag, reporting all problems, and measures.
func measureRing(f ringFlags) ([]ring.Measured, error) {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	algorithms, err := chosenAlgorithms(f)
	if err != nil {
		problems = append(problems, err)
	}
	keys, err := parseCount(f.keys)
	if err != nil || keys > 1e9 {
		bad("--keys %s: give a whole number from 1 to 1e9", f.keys)
	}
	if f.nodes < 1 || f.nodes > 10_000 {
		bad("--nodes %d: give 1 to 10000", f.nodes)
	}
	if f.add < 0 || f.add > 10_000 || f.remove < 0 || f.remove >= max(f.nodes, 1) {
		bad("--add %d --remove %d: give numbers from 0; of %d nodes at most %d can leave", f.add, f.remove, f.nodes, max(f.nodes-1, 0))
	}
	if f.add > 0 && f.remove > 0 {
		bad("--add %d with --remove %d: measure one change at a time", f.add, f.remove)
	}
	weights, err := parseWeights(f.weights, f.nodes)
	if err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	before, after := membership(f, weights)
	measured := make([]ring.Measured, 0, len(algorithms))
	for _, a := range algorithms {
		m, err := ring.Measure(a, before, after, keys)
		if err != nil {
			return nil, err
		}
		measured = append(measured, m)
	}
	return measured, nil
}

// chosenAlgorithms returns the algorithms to measure, with the flags' settings.
// Of all, those that have no weights are left out where weights are given.
func chosenAlgorithms(f ringFlags) ([]ring.Algorithm, error) {
	chosen := ring.Algorithms()
	var problems []error
	if f.algorithm != "all" {
		a, err := ring.ByName(f.algorithm)
		if err != nil {
			problems = append(problems, fmt.Errorf("--algorithm: %w, or all", err))
		}
		chosen = []ring.Algorithm{a}
	}
	out := make([]ring.Algorithm, 0, len(chosen))
	for _, a := range chosen {
		switch a.(type) {
		case ring.Ring:
			a = ring.Ring{Virtual: f.virtual}
		case ring.Bounded:
			a = ring.Bounded{Virtual: f.virtual, Epsilon: f.epsilon}
		case ring.Jump:
			if f.weights != "" && f.algorithm == "all" {
				continue
			}
		}
		out = append(out, a)
	}
	if f.virtual < 1 {
		problems = append(problems, fmt.Errorf("--virtual %d: give at least 1", f.virtual))
	}
	return out, errors.Join(problems...)
}

func membership(f ringFlags, weights []float64) (before, after []ring.Node) {
	for i := range f.nodes + f.add {
		n := ring.Node{Name: fmt.Sprintf("node-%05d", i+1)}
		if i < len(weights) {
			n.Weight = weights[i]
		}
		after = append(after, n)
	}
	return after[:f.nodes:f.nodes], after[:f.nodes+f.add-f.remove]
}

func parseWeights(s string, nodes int) ([]float64, error) {
	if s == "" {
		return nil, nil
	}
	var weights []float64
	for _, w := range strings.Split(s, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(w), 64)
		if err != nil || !(v > 0 && v <= ring.MaxWeight) {
			return nil, fmt.Errorf("--weights %s: %q is not a number above 0 and at most %d", s, w, ring.MaxWeight)
		}
		weights = append(weights, v)
	}
	if len(weights) != nodes {
		return nil, fmt.Errorf("--weights %s: %d weights for %d nodes, give one for each", s, len(weights), nodes)
	}
	return weights, nil
}

func writeRing(w io.Writer, measured []ring.Measured, f ringFlags) error {
	if f.json {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		if f.algorithm != "all" {
			return out.Encode(measured[0])
		}
		return out.Encode(measured)
	}
	change := "no change of nodes"
	switch {
	case f.add > 0:
		change = fmt.Sprintf("%d joined", f.add)
	case f.remove > 0:
		change = fmt.Sprintf("%d left", f.remove)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d nodes, %d keys, %s; with even shares %.2f %% must move\n\n", measured[0].Nodes, measured[0].Keys, change, 100*measured[0].IdealFraction)
	fmt.Fprintf(&b, "  %-12s %10s %15s %18s %9s\n", "ALGORITHM", "MOVED", "LOAD MAX", "LOAD STDDEV", "LOOKUP")
	for _, m := range measured {
		fmt.Fprintf(&b, "  %-12s %8.2f %% %8.3f × mean %8.2f %% of mean %6.0f ns\n", m.Algorithm, 100*m.MovedFraction, m.LoadMaxOverMean, 100*m.LoadStddevOverMean, m.LookupNs)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// parseCount reads a whole number of at least 1, also in the form 1e6.
func parseCount(s string) (int, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 1 || v > 1e15 || v != float64(int(v)) {
		return 0, fmt.Errorf("%q is not a whole number of at least 1", s)
	}
	return int(v), nil
}
