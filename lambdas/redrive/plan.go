// Package redrive sends what failed for good on its way again, once whatever was wrong
// is mended: the dead letters of queues, rules, buses and pipes of a deployed stack.
//
// SQS moves dead letters back to the queue they came from by itself, and only those.
// What a rule could not deliver never was in a queue; what a pipe gave up is not even
// in its dead letter, which says where in the stream it was; and what the writer of
// commands gave up it put there itself. This knows from the stack's template where
// each belongs.
//
// Everything here can be sent twice: every consumer notes what it has handled, and the
// writer what became of a command.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
package redrive

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"fulcrum/lambdas/faults"
)

// Kind is what dead letters come from.
type Kind string

// The kinds, and where each sends its dead letters.
const (
	ToQueue Kind = "queue" // to the queue that they were in, or should have come to
	ToBus   Kind = "bus"   // onto the bus that they should have come onto
	ByPipe  Kind = "pipe"  // from the stream or the table onto the pipe's bus
	ByItem  Kind = "item"  // to the function behind the table's stream, which the items' outboxes are shown again
	ByStep  Kind = "step"  // to the function that does a machine's steps, to undo what a run could not
	ByHand  Kind = "hand"  // nowhere: somebody must look
)

// Way is where the dead letters of one queue go. Ids are logical ones of the template.
type Way struct {
	// Dead is the dead-letter queue, From what it belongs to, To where they go.
	Dead, From, To string
	Kind           Kind
	// Pipe is what a pipe makes of a record, only ByPipe; Table the table whose stream was
	// read, ByPipe and ByItem.
	Pipe  faults.PipeSettings
	Table string
}

// resource is what Plan reads of a template's resource.
type resource struct {
	Type     string
	Metadata struct {
		Fulcrum struct{ Role string } `json:"fulcrum"`
	}
	Properties struct {
		RedrivePolicy    *struct{ DeadLetterTargetArn ref }
		DeadLetterConfig *struct{ Arn ref }
		Targets          []struct {
			Arn              ref
			DeadLetterConfig *struct{ Arn ref }
		}
		Target         ref
		Source         ref
		EventSourceArn ref
		// Of a state machine: the function and the queue that its definition names.
		DefinitionSubstitutions struct{ Steps, DeadLetters ref }
		FunctionName            ref
		DestinationConfig       struct{ OnFailure struct{ Destination ref } }
		SourceParameters        struct {
			FilterCriteria           struct{ Filters []struct{ Pattern string } }
			DynamoDBStreamParameters struct {
				DeadLetterConfig *struct{ Arn ref }
			}
		}
		TargetParameters struct {
			InputTemplate                 string
			EventBridgeEventBusParameters struct{ Source, DetailType string }
		}
	}
}

// ref is a reference to another resource, or to an attribute of it.
type ref struct {
	Ref    string
	GetAtt []string `json:"Fn::GetAtt"`
}

// UnmarshalJSON takes references and passes over everything else.
func (r *ref) UnmarshalJSON(text []byte) error {
	var plain struct {
		Ref    string
		GetAtt []string `json:"Fn::GetAtt"`
	}
	if json.Unmarshal(text, &plain) == nil {
		r.Ref, r.GetAtt = plain.Ref, plain.GetAtt
	}
	return nil
}

func (r ref) id() string {
	if len(r.GetAtt) == 0 {
		return r.Ref
	}
	return r.GetAtt[0]
}

// Plan returns the way of every dead-letter queue of a template, in the order of the
// queues' ids.
func Plan(template []byte) ([]Way, error) {
	var stack struct{ Resources map[string]json.RawMessage }
	if err := json.Unmarshal(template, &stack); err != nil {
		return nil, fmt.Errorf("the template is no JSON: %w", err)
	}
	resources := map[string]resource{}
	for id, raw := range stack.Resources {
		var r resource
		if err := json.Unmarshal(raw, &r); err == nil { // what is of another shape has no dead letters
			resources[id] = r
		}
	}
	ways := map[string]Way{}
	for id, r := range resources {
		if r.Metadata.Fulcrum.Role == "dead-letter" {
			ways[id] = Way{Dead: id, Kind: ByHand}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		r := resources[id]
		for _, w := range waysOf(id, r, resources) {
			if _, known := ways[w.Dead]; known {
				ways[w.Dead] = w
			}
		}
	}
	plan := make([]Way, 0, len(ways))
	for _, id := range slices.Sorted(maps.Keys(ways)) {
		plan = append(plan, ways[id])
	}
	return plan, nil
}

// waysOf returns the ways of the dead letters that come from a resource.
func waysOf(id string, r resource, resources map[string]resource) []Way {
	p := r.Properties
	switch r.Type {
	case "AWS::SQS::Queue":
		if p.RedrivePolicy != nil {
			return []Way{{Dead: p.RedrivePolicy.DeadLetterTargetArn.id(), From: id, To: id, Kind: ToQueue}}
		}
	case "AWS::Events::EventBus":
		if p.DeadLetterConfig != nil {
			return []Way{{Dead: p.DeadLetterConfig.Arn.id(), From: id, To: id, Kind: ToBus}}
		}
	case "AWS::Events::Rule":
		var ways []Way
		for _, t := range p.Targets {
			if t.DeadLetterConfig == nil {
				continue
			}
			kind := ByHand
			switch resources[t.Arn.id()].Type {
			case "AWS::SQS::Queue":
				kind = ToQueue
			case "AWS::Events::EventBus":
				kind = ToBus
			}
			ways = append(ways, Way{Dead: t.DeadLetterConfig.Arn.id(), From: id, To: t.Arn.id(), Kind: kind})
		}
		return ways
	case "AWS::Lambda::EventSourceMapping":
		dead, table := p.DestinationConfig.OnFailure.Destination.id(), p.EventSourceArn.id()
		if resources[p.FunctionName.id()].Metadata.Fulcrum.Role == "pipe" {
			return []Way{{Dead: dead, From: id, To: p.FunctionName.id(), Kind: ByItem, Table: table}}
		}
	case "AWS::StepFunctions::StateMachine":
		if of := p.DefinitionSubstitutions; of.Steps.id() != "" {
			return []Way{{Dead: of.DeadLetters.id(), From: id, To: of.Steps.id(), Kind: ByStep}}
		}
	case "AWS::Pipes::Pipe":
		dead, filters := p.SourceParameters.DynamoDBStreamParameters.DeadLetterConfig, p.SourceParameters.FilterCriteria.Filters
		if dead != nil && len(filters) == 1 {
			return []Way{{Dead: dead.Arn.id(), From: id, To: p.Target.id(), Kind: ByPipe, Table: p.Source.id(), Pipe: faults.PipeSettings{
				Filter: json.RawMessage(filters[0].Pattern), Template: p.TargetParameters.InputTemplate,
				Source: p.TargetParameters.EventBridgeEventBusParameters.Source, DetailType: p.TargetParameters.EventBridgeEventBusParameters.DetailType,
			}}}
		}
	}
	return nil
}
