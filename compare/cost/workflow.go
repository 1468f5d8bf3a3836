package cost

import (
	"fmt"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// Workflow is a state machine and what a run of it takes when nothing fails.
type Workflow struct {
	Machine *assembly.Resource
	// Operation is the command that it carries out.
	Operation string
	// Runs is how often it runs in a month.
	Runs float64
	// Steps is how many tasks a run does one after the other, States how many states
	// it passes.
	Steps, States int
	// Ms is how long a run takes: each task the mean service time of a call.
	Ms float64
}

// Workflows are the state machines of a stack under a load. One that does not say
// what it carries out is taken to run for each command.
func Workflows(s *assembly.Stack, d Demand) []Workflow { return workflows(machines(s), d) }

// machines are the state machines of a stack without a load.
func machines(s *assembly.Stack) []Workflow {
	var all []Workflow
	for _, r := range s.OfType("AWS::StepFunctions::StateMachine") {
		w := Workflow{Machine: r}
		w.Operation, _ = r.About["operation"].(string)
		w.Steps, w.States = assembly.Straight(r.Text("DefinitionString"))
		all = append(all, w)
	}
	return all
}

// workflows puts state machines under a load.
func workflows(machines []Workflow, d Demand) []Workflow {
	all := slices.Clone(machines)
	for i := range all {
		w := &all[i]
		for _, o := range d.Load.Operations {
			if o.Kind == design.CommandKind && (o.Name == w.Operation || w.Operation == "") {
				w.Runs += o.Calls
			}
		}
		w.Ms = float64(w.Steps) * d.Design.Capacity.ServiceMs
	}
	return all
}

func stateMachine(c *context, r *assembly.Resource, d Demand) []Usage {
	for _, k := range workflows(c.machines, d) {
		if k.Machine != r {
			continue
		}
		if r.Text("StateMachineType") == "EXPRESS" {
			return []Usage{{
				Part: Compute, Service: "step-functions",
				Formula: fmt.Sprintf("each %s: a run of %d steps, each the mean service time", k.of(), k.Steps),
				Inputs:  price.Inputs{"type": w("express"), "requests": n(k.Runs), "duration-ms": n(k.Ms)},
			}}
		}
		return []Usage{{
			Part: Compute, Service: "step-functions",
			Formula: fmt.Sprintf("each %s: a run through %d states, and its start", k.of(), k.States),
			Inputs:  price.Inputs{"type": w("standard"), "transitions": n(k.Runs * float64(k.States+1))},
		}}
	}
	return nil
}

func (k Workflow) of() string {
	if k.Operation == "" {
		return "command"
	}
	return k.Operation
}

// historyBytes is what a run leaves in its log, without the data it carries: five
// records of each task, two of every other state and of the run itself, each of about
// as much as a line of an access log.
func (k Workflow) historyBytes() float64 {
	return float64(5*k.Steps+2*(k.States-k.Steps)+2) * accessLogBytes
}

// steps is how often the function that does a workflow's steps is called.
func (c *context) steps(r *assembly.Resource, d Demand) float64 {
	calls := 0.0
	for _, k := range workflows(c.machines, d) {
		for _, f := range c.stack.Mentions(k.Machine, "DefinitionSubstitutions") {
			if f == r {
				calls += k.Runs * float64(k.Steps)
			}
		}
	}
	return calls
}

// waiting is how long a call waits for a workflow, on average over all calls.
func (c *context) waiting(d Demand) float64 {
	ms := 0.0
	for _, k := range workflows(c.machines, d) {
		if d.Load.Requests > 0 {
			ms += k.Runs * k.Ms / d.Load.Requests
		}
	}
	return ms
}

// holds adds to a table what the steps of a workflow read and write beside what the
// command does in one transaction: its first step reads the aggregate and holds a
// part of it, its second reads another.
func (t *traffics) holds(c *context, o design.OperationLoad, d Demand) {
	for _, k := range workflows(c.machines, d) {
		if o.Name == k.Operation && k.Steps > 1 {
			t.read(o.Calls*2, o.ItemBytes, "strong", o.Name+": what the steps before the last read")
			t.write(o.Calls, o.ItemBytes, "true", o.Name+": what the first step holds")
		}
	}
}
