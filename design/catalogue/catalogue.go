// Package catalogue is the table of trade-offs as plain data: each architectural
// question, its options, the choices it stands on, and what an option cannot do.
package catalogue

import (
	"maps"
	"slices"
	"strings"
)

// TradeOffs are the questions, in the order of the report.
var TradeOffs = []TradeOff{
	frontDoor,
	compute,
	integration,
	realtime,
	rpc,
	loadBalancing,
	release,
	session,
	consistency,
	accessPattern,
	cachePlacement,
	objectLifecycle,
	delivery,
	bus,
	coordination,
	encryption,
	erasure,
	identity,
	perimeter,
	availability,
}

// TradeOff is one architectural question.
type TradeOff struct {
	// ID names it in design.yaml, "front-door".
	ID string
	// Question is the trade-off in one sentence.
	Question string
	// Options are the answers, in the order of the report. One is the baseline's.
	Options []Option
	// Ground holds the choices that the question presumes; empty for none.
	Ground Blueprint
}

// Option is one answer to a trade-off.
type Option struct {
	// ID names it in design.yaml, "http-api".
	ID string
	// Sentence says when to take it, and when its sibling.
	Sentence string
	// Baseline marks the option of the default blueprint.
	Baseline bool
	// Ground holds the choices that this option presumes beside its trade-off's.
	Ground Blueprint
	// Needs are the capabilities, by id, that this option asks of the options
	// chosen beside it: rpc: grpc needs "grpc" of the front door.
	Needs []string
	// Lacks are the needs, by id, that the option cannot serve.
	Lacks map[string]Lack
	// Requires are the choices of other trade-offs that the option cannot do
	// without. What it merely stands on to be compared is its ground.
	Requires []Requirement
	// Parts are the stacks that the option needs beside Main.
	Parts []Part
	// Spread says in which other Regions it keeps data.
	Spread Spread
	// GoesBy is the list of the design that the option cannot do without.
	GoesBy List
	// Becomes is what the option is called beside a choice: identity jwt is
	// cognito-authorizer behind front-door rest-api.
	Becomes map[Choice]string
}

// Requirement is that one of some options of a trade-off be chosen, and why.
type Requirement struct {
	TradeOff string
	OneOf    []string
	// Reason is a sentence; Source is where that is written, and when it was read.
	Reason, Source string
}

// Lack is why an option cannot serve a need.
type Lack struct {
	// Reason is a sentence; Limit is the figure in it, "30 s", or empty.
	Reason, Limit string
	// Source is where that is written, and when it was read.
	Source string
	// Unless are choices any of which removes the lack.
	Unless []Choice
	// Instead is a way to serve the need without another option, or empty.
	Instead string
}

// Choice is one option of one trade-off.
type Choice struct{ TradeOff, Option string }

// String returns the choice as design.yaml has it, "front-door: alb".
func (c Choice) String() string { return c.TradeOff + ": " + c.Option }

// Blueprint is a choice for trade-offs, by trade-off id.
type Blueprint map[string]string

// Baseline returns the default blueprint: the baseline's option of every trade-off.
func Baseline() Blueprint {
	b := Blueprint{}
	for _, t := range TradeOffs {
		b[t.ID] = t.Baseline().ID
	}
	return b
}

// With returns a copy of the blueprint with one choice changed.
func (b Blueprint) With(tradeOff, option string) Blueprint {
	return b.On(Blueprint{tradeOff: option})
}

// On returns a copy of the blueprint put on a ground: with the ground's choices in
// place of its own.
func (b Blueprint) On(ground Blueprint) Blueprint {
	c := Blueprint{}
	maps.Copy(c, b)
	maps.Copy(c, ground)
	return c
}

// Settled returns a copy of the blueprint in which each option has the name that it
// has beside the others.
func (b Blueprint) Settled() Blueprint {
	c := b.On(nil)
	for _, t := range TradeOffs {
		o, _ := t.Option(b[t.ID])
		for beside, name := range o.Becomes {
			if b.Has(beside) {
				c[t.ID] = name
			}
		}
	}
	return c
}

// Of returns the blueprint of an option: the baseline's on the option's ground, with
// the option chosen.
func Of(t TradeOff, o Option) Blueprint {
	return Baseline().On(t.GroundOf(o)).With(t.ID, o.ID).Settled()
}

// Has reports whether the blueprint makes the choice.
func (b Blueprint) Has(c Choice) bool { return b[c.TradeOff] == c.Option }

// Find returns the trade-off with an id.
func Find(id string) (TradeOff, bool) {
	i := slices.IndexFunc(TradeOffs, func(t TradeOff) bool { return t.ID == id })
	if i < 0 {
		return TradeOff{}, false
	}
	return TradeOffs[i], true
}

// IDs returns the ids of the trade-offs, in the order of the table.
func IDs() []string {
	var ids []string
	for _, t := range TradeOffs {
		ids = append(ids, t.ID)
	}
	return ids
}

// Option returns the option with an id.
func (t TradeOff) Option(id string) (Option, bool) {
	i := slices.IndexFunc(t.Options, func(o Option) bool { return o.ID == id })
	if i < 0 {
		return Option{}, false
	}
	return t.Options[i], true
}

// Baseline returns the option of the default blueprint.
func (t TradeOff) Baseline() Option {
	return t.Options[slices.IndexFunc(t.Options, func(o Option) bool { return o.Baseline })]
}

// OptionIDs returns the ids of the options, in the order of the table.
func (t TradeOff) OptionIDs() []string {
	var ids []string
	for _, o := range t.Options {
		ids = append(ids, o.ID)
	}
	return ids
}

// GroundOf returns the choices that an option of the trade-off stands on.
func (t TradeOff) GroundOf(o Option) Blueprint { return t.Ground.On(o.Ground) }

// StackName returns the name of an option's stack: "FrontDoor-RestApi" for the
// option "rest-api" of "front-door".
func StackName(tradeOff, option string) string { return pascal(tradeOff) + "-" + pascal(option) }

// pascal turns "front-door" into "FrontDoor".
func pascal(id string) string {
	var b strings.Builder
	for _, word := range strings.Split(id, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
