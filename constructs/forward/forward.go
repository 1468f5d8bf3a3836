// Package forward defines the rule that sends events of one bus on to another bus
// of the same account and Region, with a role that can do nothing else and a
// dead-letter queue.
//
// EventBridge sends an event on once: what came from another bus is never routed
// to a third, so buses that forward to each other cannot form a loop. A bus takes
// what is sent on as a new custom event, and charges it as one. Where one bus can
// carry the events of all, package bus alone is cheaper.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
package forward

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/bus"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Props configures a Forward. The zero value of an optional field means its
// default.
type Props struct {
	// From carries the events, To receives them. Required.
	From, To *bus.Bus
	// Sources are the events' sources, for example "dinner.reservation". They are
	// those that From's own publishers have: what was sent on to From is not sent
	// on again. Required.
	Sources []string
	// Events are the events' names, which are their detail types. Required.
	Events []string
	// Alarms hears of events that could not be sent on. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes the dead-letter queue with its stack. Default: it stays.
	Sandbox bool
}

// Forward is a rule and the resources defined with it.
type Forward struct {
	Rule awsevents.CfnRule
	// Role is what the rule acts as.
	Role awsiam.Role
	// Undelivered keeps events that did not reach the other bus.
	Undelivered *deadletter.Queue
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.From != nil, "From")
	found.Required(p.To != nil, "To")
	found.Check(p.From == nil || p.From != p.To, "To", "is From: a bus that sends to itself goes in a circle; name another")
	found.Required(len(p.Sources) > 0, "Sources")
	found.Required(len(p.Events) > 0, "Events")
	return found.Err()
}

// New defines a forward called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Forward {
	props.Must("forward", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))

	p.From.Key.AllowEventTargets()
	undelivered := deadletter.New(scope, "Undelivered", deadletter.Props{
		Key:     p.From.Key,
		Holds:   "these events did not reach the other bus",
		Alarms:  p.Alarms,
		Sandbox: p.Sandbox,
	})
	sender := newRole(scope, p)
	rule := awsevents.NewCfnRule(scope, jsii.String("Resource"), &awsevents.CfnRuleProps{
		EventBusName: p.From.Events.EventBusName(),
		Description:  jsii.String("Events for another bus"),
		EventPattern: map[string]any{"source": p.Sources, "detail-type": p.Events},
		Targets: []*awsevents.CfnRule_TargetProperty{{
			Id:               jsii.String("Bus"),
			Arn:              p.To.Events.EventBusArn(),
			RoleArn:          sender.RoleArn(),
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: undelivered.SQS.QueueArn()},
		}},
	})
	undelivered.AllowEvents(*rule.AttrArn())
	annotate.Role(rule, role.Rule, annotate.Attributes{"events": p.Events})
	return &Forward{Rule: rule, Role: sender, Undelivered: undelivered}
}

// newRole defines what the rule acts as: it puts events of the sources onto the
// one bus. Only rules of the sending bus may take it; the rule's own ARN would
// close a circle, since the rule names its role.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
func newRole(scope constructs.Construct, p Props) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	sender := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": *stack.Account()},
				"ArnLike": map[string]any{"aws:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
					Service: jsii.String("events"), Resource: jsii.String("rule"),
					ResourceName: jsii.String(*p.From.Events.EventBusName() + "/*"),
				})},
			},
		}),
	})
	annotate.AcknowledgePolicy(sender)
	sender.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("SendOn"),
		Actions:    jsii.Strings("events:PutEvents"),
		Resources:  jsii.Strings(*p.To.Events.EventBusArn()),
		Conditions: &map[string]any{"ForAllValues:StringEquals": map[string]any{"events:source": p.Sources}},
	}))
	return sender
}
