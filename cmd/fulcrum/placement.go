package main

import (
	"fulcrum/compare"
	"fulcrum/lambdas/ring"
)

// What the report's placements are measured with: enough keys for a share within a
// tenth of a percent, and nodes as a small cluster has them.
const (
	placedKeys  = 100_000
	placedNodes = 10
)

// placements measures every algorithm for the report when one node joins: what
// package compare shows of consistent hashing without knowing the ring. Times of
// lookups are left out, since they differ from run to run.
func placements() ([]compare.Placement, error) {
	before, after := membership(ringFlags{nodes: placedNodes, add: 1}, nil)
	var out []compare.Placement
	for _, a := range ring.Algorithms() {
		m, err := ring.Measure(a, before, after, placedKeys)
		if err != nil {
			return nil, err
		}
		out = append(out, compare.Placement{
			Algorithm: m.Algorithm, Nodes: m.Nodes, Keys: m.Keys, MovedFraction: m.MovedFraction, IdealFraction: m.IdealFraction,
			LoadMaxOverMean: m.LoadMaxOverMean, LoadStddevOverMean: m.LoadStddevOverMean,
		})
	}
	return out, nil
}
