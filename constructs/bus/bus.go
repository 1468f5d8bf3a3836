// Package bus defines an EventBridge event bus with a customer-managed key, an
// archive for replay, a dead-letter queue and a log of failures.
//
// Schema discovery is left out: EventBridge refuses it on a bus with a
// customer-managed key. Package schemas publishes the schemas instead.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
package bus

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/keys"
)

// Props configures a Bus. The zero value of an optional field means its default.
type Props struct {
	// Key encrypts events, rules, archive and dead letters. Required.
	Key *keys.Key
	// DataClass is the class of data of the events. Default: the key's.
	DataClass string
	// Description says what the bus carries. Default: none.
	Description string
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
	// Sandbox deletes archive, queue and log with their stack. Default: they
	// stay.
	Sandbox bool
}

// Bus is an event bus and the resources defined with it.
type Bus struct {
	Events     awsevents.EventBus
	Archive    awsevents.Archive
	Log        awslogs.LogGroup
	DeadLetter *deadletter.Queue
	// DataClass is the class of data of the events.
	DataClass string
}

// New defines a bus called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Bus { return build(scope, id, p) }
