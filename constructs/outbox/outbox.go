// Package outbox defines the way of domain events from a table to a bus: the
// table's DynamoDB stream, an EventBridge pipe and its dead-letter queue.
//
// A command writes its aggregate and its events in one transaction; the pipe
// publishes what the stream shows was written. Nothing is published that was not
// committed, what was committed and cannot be published is reported, and no code
// writes to both.
//
// # Delivery
//
// At least once: a batch that fails is retried and halved, so its other events
// may come twice. Consumers know an event again by its id.
//
// What still cannot be published ends as a dead letter. It holds the record's
// place in the stream rather than the record; the event itself stays in the
// table, under its id, until it expires.
//
// # Order
//
// None. A stream keeps the order of changes of one partition key, and every event
// has its own, so two events of one aggregate may be in two shards; and a bus
// promises no order in any case. Each event therefore carries its aggregate's
// version, and a consumer that needs an order compares versions. For the same
// reason more batches at once, Props.Parallelization, cost nothing but money.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-dynamodb.html
package outbox

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awspipes"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/keys"
)

// Props configures an Outbox. The zero value of an optional field means its
// default.
type Props struct {
	// Table holds the events and has a stream of new images. Required.
	Table awsdynamodb.ITableV2
	// Bus receives the events. Required.
	Bus awsevents.IEventBus
	// Events are the names of the events to publish. A stream serves two readers
	// without throttling them, so a table has two outboxes at most.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
	// Default: all events.
	Events []string
	// Key encrypts the pipe's settings and its dead letters. Required.
	Key *keys.Key
	// LogKey encrypts the pipe's log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the pipe's log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Region hands on only what was written in this Region, by the attribute region of
	// an event, where Table has copies in others: each of them has a stream, which
	// shows every write. Default: everything is handed on.
	Region string
	// BatchSize is how many stream records the pipe takes at once, from 1 to 10:
	// PutEvents takes no more than ten entries. Default: 10.
	BatchSize int
	// Retries is how often a failing batch is tried again, from 1 to 10,000. What
	// comes after it in the shard waits as long. Default: 20.
	Retries int
	// MaxAge is how old a record may be and still be tried, from 1 minute to 24
	// hours, the time a stream keeps it. Default: 6 hours.
	MaxAge time.Duration
	// Parallelization is how many batches of one shard are under way at once,
	// from 1 to 10. Raise it where events wait in the stream. Default: 1.
	Parallelization int
	// Alarms hears of dead letters and of a failing pipe. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes queue and log with their stack. Default: they stay.
	Sandbox bool
}

// Outbox is a pipe and the resources defined with it.
type Outbox struct {
	Pipe       awspipes.CfnPipe
	Role       awsiam.Role
	Log        awslogs.LogGroup
	DeadLetter *deadletter.Queue
	// Failing is in alarm while executions of the pipe fail.
	Failing awscloudwatch.Alarm
}
