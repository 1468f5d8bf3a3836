// Package bus defines an EventBridge event bus with a customer-managed key, an
// archive for replay, a dead-letter queue and a log of failures.
//
// The archive is deleted with the bus in every stage: it has a managed rule on the
// bus, and a bus with rules cannot be deleted. The store, not the archive, is
// where the truth is kept.
//
// Schema discovery is left out: EventBridge refuses it on a bus with a
// customer-managed key. Package schemas publishes the schemas instead.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
package bus

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/internal/vendedlogs"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Bus. The zero value of an optional field means its default.
type Props struct {
	// Key encrypts events, rules, archive and dead letters. Required.
	Key *keys.Key
	// DataClass is the class of data of the events. Default: the key's.
	DataClass string
	// Description says what the bus carries. Default: none.
	Description string
	// Subdomain owns the bus, for example "dining". Default: nobody, it carries the
	// events of all.
	Subdomain string
	// ArchiveDays is how long events are kept for replay, as the data class
	// says. Required.
	ArchiveDays int
	// LogKey encrypts the log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Alarms hears of dead letters. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes dead-letter queue and log with their stack.
	// Default: they stay.
	Sandbox bool
}

// Bus is an event bus and the resources defined with it.
type Bus struct {
	Events     awsevents.EventBus
	Archive    awsevents.CfnArchive
	Log        awslogs.LogGroup
	DeadLetter *deadletter.Queue
	// DataClass is the class of data of the events.
	DataClass string
	// Key encrypts events, rules, archive and dead letters.
	Key *keys.Key
}

// New defines a bus called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Bus {
	props.Must("bus", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	p.Key.AllowEventBus()
	p.Key.AllowEventBusLogs()
	p.Key.AllowEventTargets()
	about := annotate.Attributes{annotate.DataClass: p.DataClass}
	if p.Subdomain != "" {
		about["subdomain"] = p.Subdomain
	}

	dead := deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key:       p.Key,
		DataClass: p.DataClass,
		Holds:     "the bus could not encrypt or decrypt these events",
		Alarms:    p.Alarms,
		Sandbox:   p.Sandbox,
	})
	events := awsevents.NewEventBus(scope, jsii.String("Resource"), &awsevents.EventBusProps{
		EventBusName:    jsii.String(name.InStack(scope)),
		Description:     js.String(p.Description),
		DeadLetterQueue: dead.SQS,
		// The log shows which delivery failed and why; what was in the event is
		// personal and stays out of it.
		LogConfig: &awsevents.LogConfig{
			Level:         awsevents.Level_ERROR,
			IncludeDetail: awsevents.IncludeDetail_NONE,
		},
	})
	// Given a key, CDK writes the bus into the key's policy and closes a circle:
	// key, bus, dead-letter queue, key. AllowEventBus has said what is needed.
	events.Node().DefaultChild().(awsevents.CfnEventBus).SetKmsKeyIdentifier(p.Key.ARN())
	dead.AllowEvents(*events.EventBusArn())
	refuseOtherAccounts(events)
	annotate.Role(events, role.Bus, about)

	// No pattern: every event is kept. EventBridge itself keeps replayed ones out.
	archive := awsevents.NewCfnArchive(scope, jsii.String("Archive"), &awsevents.CfnArchiveProps{
		SourceArn:        events.EventBusArn(),
		RetentionDays:    jsii.Number(p.ArchiveDays),
		KmsKeyIdentifier: p.Key.ARN(),
		Description:      jsii.String("For replay to a new or a repaired consumer"),
	})
	annotate.Role(archive, role.Archive, about)

	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	vendedlogs.Deliver(scope, "LogDelivery", *events.EventBusArn(), "ERROR_LOGS", log)
	return &Bus{Events: events, Archive: archive, Log: log, DeadLetter: dead, DataClass: p.DataClass, Key: p.Key}
}

// refuseOtherAccounts keeps out other accounts, whatever a later statement of
// the bus's policy may allow them. Without any policy a bus is the account's own.
func refuseOtherAccounts(events awsevents.EventBus) {
	events.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("OwnAccountOnly"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings("events:PutEvents"),
		Resources:  jsii.Strings(*events.EventBusArn()),
		Conditions: &map[string]any{
			"StringNotEquals": map[string]any{"aws:PrincipalAccount": *awscdk.Stack_Of(events).Account()},
			"BoolIfExists":    map[string]any{"aws:PrincipalIsAWSService": "false"},
		},
	}))
}

// AcceptOnly keeps out events of other sources than these, whoever of the account
// puts them: what a subdomain does not listen to has no business on its bus. What
// another bus sends on is let through if its source is one of them.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
func (b *Bus) AcceptOnly(sources []string) {
	b.Events.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("KnownSourcesOnly"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings("events:PutEvents"),
		Resources:  jsii.Strings(*b.Events.EventBusArn()),
		Conditions: &map[string]any{
			"ForAnyValue:StringNotEquals": map[string]any{"events:source": sources},
		},
	}))
	// EventBridge refuses to change a bus's policy twice at the same time.
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
	node := b.Events.Node()
	node.FindChild(jsii.String("cdk-KnownSourcesOnly")).Node().AddDependency(node.FindChild(jsii.String("cdk-OwnAccountOnly")))
}
