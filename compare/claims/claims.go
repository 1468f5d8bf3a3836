// Package claims is the ledger of what is commonly said of API Gateway, load balancers
// and consistency: each claim, whether it holds today, where that is written, and what
// in this repository shows it.
package claims

import (
	"fmt"
	"strings"
)

// Verdict says how a claim stands today.
type Verdict string

// The verdicts.
const (
	True     Verdict = "true"
	Partly   Verdict = "partly true"
	Outdated Verdict = "outdated"
	Wrong    Verdict = "wrong"
)

// Claim is one sentence that is said, and what is known of it.
type Claim struct {
	Said    string
	Verdict Verdict
	// Today is what holds now.
	Today string
	// Source is where that is written, and when it was read.
	Source string
	// Options are choices of the catalogue, "front-door: alb", whose stacks show it.
	Options []string
	// Tests show it too, "compare/cost.TestPublishedBreakEven".
	Tests []string
}

// Markdown returns the ledger as docs/claims.md has it.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Claims\n\nWhat is commonly said, whether it holds, and what here shows it. Generated from `compare/claims`; `make golden` renews it.\n\n")
	b.WriteString("| # | said | verdict | today | source | shown by |\n|--:|---|---|---|---|---|\n")
	for i, c := range Ledger {
		var shown []string
		for _, o := range c.Options {
			shown = append(shown, "option "+o)
		}
		for _, t := range c.Tests {
			shown = append(shown, "`"+t+"`")
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", i+1, c.Said, c.Verdict, c.Today, c.Source, strings.Join(shown, ", "))
	}
	return b.String()
}
