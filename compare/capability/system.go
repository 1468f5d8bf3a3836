package capability

import (
	"fmt"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/compare/evidence"
	"fulcrum/design/role"
)

// eventBuses answers with the buses that carry events, how many of them can be
// replayed, and how many rules send events on from one to another.
func eventBuses(d *door) Cell {
	all := d.stack.OfType("AWS::Events::EventBus")
	if len(all) == 0 {
		return Cell{Mark: Unknown, Text: "no bus"}
	}
	archived, sentOn := map[string]bool{}, 0
	var e []evidence.Item
	for _, bus := range all {
		e = append(e, evidence.Template(bus.Path(), bus.Type))
	}
	for _, archive := range d.stack.OfType("AWS::Events::Archive") {
		for _, bus := range d.stack.Mentions(archive, "SourceArn") {
			archived[bus.ID] = true
		}
	}
	for _, rule := range d.stack.OfType("AWS::Events::Rule") {
		for _, to := range d.stack.Mentions(rule, "Targets") {
			if to.Type == "AWS::Events::EventBus" {
				sentOn++
				e = append(e, evidence.Template(rule.Path("Targets"), "to "+to.ID))
			}
		}
	}
	c := Cell{Mark: Yes, Text: fmt.Sprintf("%s, %d can be replayed", counted(len(all), "bus", "buses"), len(archived)), Evidence: e}
	if sentOn > 0 {
		c.Text += ", " + counted(sentOn, "rule", "rules") + " between them"
	}
	return c
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// delivery answers with how files reach browsers.
func delivery(d *door) Cell {
	for _, r := range d.stack.OfType("AWS::CloudFront::Distribution") {
		return Cell{Mark: Yes, Text: "from a distribution", Evidence: []evidence.Item{evidence.Template(r.Path(), r.Type)}}
	}
	for _, r := range cost.Presigned(d.stack) {
		return Cell{Mark: Yes, Text: "from S3, each by a presigned URL", Evidence: []evidence.Item{evidence.Template(r.Path(), r.Type)}}
	}
	return Cell{Mark: Unknown, Text: "neither a distribution nor presigned URLs"}
}

// ageing answers with the classes in which objects of static content grow old.
func ageing(d *door) Cell {
	if sites := d.stack.OfRole(role.Site); len(sites) > 0 {
		r := sites[0]
		var moves []string
		for _, rule := range r.List("LifecycleConfiguration", "Rules") {
			steps, _ := assembly.Dig(rule, "Transitions").([]any)
			for _, step := range steps {
				moves = append(moves, assembly.Text(assembly.Dig(step, "StorageClass"))+" after "+assembly.Text(assembly.Dig(step, "TransitionInDays"))+" days")
			}
		}
		if len(moves) == 0 {
			return Cell{Mark: Offered, Text: "standard class at any age"}
		}
		return Cell{Mark: Yes, Text: strings.Join(moves, ", ") + "; over 128 KB", Evidence: []evidence.Item{evidence.Template(r.Path("LifecycleConfiguration"), strings.Join(moves, ", "))}}
	}
	return Cell{Mark: Unknown, Text: "no bucket of static content"}
}

// processes answers with what sees a process of several steps through.
func processes(d *door) Cell {
	if machines := d.stack.OfType("AWS::StepFunctions::StateMachine"); len(machines) > 0 {
		m := machines[0]
		operation, _ := m.About["operation"].(string)
		if operation == "" {
			operation = "a process"
		}
		return Cell{
			Mark: Yes, Text: operation + " by a state machine, " + strings.ToLower(m.Text("StateMachineType")),
			Evidence: []evidence.Item{at(m, "StateMachineType")},
		}
	}
	if len(d.stack.OfType("AWS::Events::EventBus")) == 0 {
		return Cell{Mark: Unknown, Text: "neither a state machine nor a bus"}
	}
	return Cell{Mark: Offered, Text: "one transaction, and events"}
}

// answersCommands answers with what a client is told with its call: the outcome, or
// where to ask for it.
func answersCommands(d *door) Cell {
	for _, r := range d.stack.OfRole(role.Queue) {
		if r.About["commands"] == nil {
			continue
		}
		return Cell{
			Mark: No, Text: "202, outcome by a link; in order, bursts wait",
			Evidence: []evidence.Item{at(r, "FifoQueue"), at(r, "FifoThroughputLimit")},
		}
	}
	if len(d.stack.OfRole(role.Compute)) == 0 {
		return Cell{Mark: Unknown, Text: "nothing that answers"}
	}
	return Cell{Mark: Yes, Text: "with their outcome"}
}
