package bus

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/internal/vendedlogs"
	"fulcrum/design/role"
)

const defaultLogDays = 30

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	if p.ArchiveDays == 0 {
		found.Required(false, "ArchiveDays")
	} else {
		found.Check(p.ArchiveDays > 0, "ArchiveDays", "%d is negative; give the days of the data class", p.ArchiveDays)
	}
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	found.Check(len(p.Description) <= 512, "Description", "%d characters are more than the 512 a bus may have", len(p.Description))
	return found.Err()
}

func build(scope constructs.Construct, id string, p Props) *Bus {
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
	about := annotate.Attributes{"data-class": p.DataClass}

	dead := deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key:       p.Key,
		DataClass: p.DataClass,
		Holds:     "the bus could not encrypt or decrypt these events",
		Alarms:    p.Alarms,
		Sandbox:   p.Sandbox,
	})
	events := awsevents.NewEventBus(scope, jsii.String("Resource"), &awsevents.EventBusProps{
		Description:     js.String(p.Description),
		KmsKey:          p.Key.KMS,
		DeadLetterQueue: dead.SQS,
		// The log shows which delivery failed and why; what was in the event is
		// personal and stays out of it.
		LogConfig: &awsevents.LogConfig{
			Level:         awsevents.Level_ERROR,
			IncludeDetail: awsevents.IncludeDetail_NONE,
		},
	})
	annotate.Role(events, role.Bus, about)

	archive := awsevents.NewArchive(scope, jsii.String("Archive"), &awsevents.ArchiveProps{
		SourceEventBus: events,
		// Every event: nobody but this account may put one on the bus. A replayed
		// event is marked as such, and CDK's archive leaves it out.
		EventPattern: &awsevents.EventPattern{Account: jsii.Strings(*awscdk.Stack_Of(scope).Account())},
		Retention:    awscdk.Duration_Days(jsii.Number(p.ArchiveDays)),
		KmsKey:       p.Key.KMS,
		Description:  jsii.String("Events of the last days, for replay to a new or repaired consumer"),
	})
	// An archive has a rule of its own on the bus, and a bus with rules cannot be
	// deleted: the archive has to go first, in every stage.
	archive.ApplyRemovalPolicy(awscdk.RemovalPolicy_DESTROY)
	annotate.Role(archive, role.Archive, about)

	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	vendedlogs.Deliver(scope, "LogDelivery", *events.EventBusArn(), "ERROR_LOGS", log)
	return &Bus{Events: events, Archive: archive, Log: log, DeadLetter: dead, DataClass: p.DataClass}
}
