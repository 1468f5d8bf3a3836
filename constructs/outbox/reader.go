package outbox

import (
	"encoding/json"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/bus"
	"fulcrum/constructs/internal/alarm"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/table"
	"fulcrum/design/role"
)

// ReaderProps configures a Reader. The zero value of an optional field means its
// default.
type ReaderProps struct {
	// Table holds aggregates with their events, and has a stream. Required.
	Table *table.Table
	// Bus receives the events. Required.
	Bus *bus.Bus
	// Function hands them on: lambdas/cmd/outbox. Required.
	Function awslambda.Function
	// Events are the names of the events that it hands on. Default: all.
	Events []string
	// Key encrypts dead letters. Required.
	Key *keys.Key
	// MaxDelay is how long the oldest record may wait before there is an alarm.
	// Default: 5 minutes.
	MaxDelay time.Duration
	// Alarms hears of dead letters and of delay. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes the queue of dead letters with its stack. Default: it stays.
	Sandbox bool
}

// Reader is what connects a stream to the function, and what tells of trouble.
type Reader struct {
	DeadLetter *deadletter.Queue
	// Delayed is in alarm while the oldest record waits longer than MaxDelay.
	Delayed awscloudwatch.Alarm
}

const (
	readerBatch     = 100
	defaultMaxDelay = 5 * time.Minute
)

// NewReader defines, called id within scope, the way of events from the items of a table
// without transactions: a function reads the table's stream, puts what an item's outbox
// holds onto the bus, and takes it out of the item. Take New where a transaction writes
// each event as an item of its own: no code, and nothing written back.
//
// A record that fails for good ends as a dead letter, with its place in the stream. Its
// events stay in the item and go with the item's next record. It panics if props are
// invalid.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
func NewReader(scope constructs.Construct, id string, p ReaderProps) *Reader {
	props.Must("outbox", id, p.Validate())
	if p.MaxDelay == 0 {
		p.MaxDelay = defaultMaxDelay
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	dead := deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key: p.Key, Holds: "events of these stream records were not published", Alarms: p.Alarms, Sandbox: p.Sandbox,
	})
	p.Table.GrantUpdate(p.Function)
	p.Bus.Events.GrantPutEventsTo(p.Function, jsii.String("PublishEvents"))
	newMapping(scope, p, dead)
	about := annotate.Attributes{annotate.DataClass: p.Key.DataClass}
	if len(p.Events) > 0 {
		about["events"] = p.Events
	}
	annotate.Role(p.Function, role.Pipe, about)
	return &Reader{DeadLetter: dead, Delayed: newDelayed(scope, p)}
}

// newMapping lets Lambda read the stream for the function, and send what fails for good
// to the dead letters, both as the function's role.
func newMapping(scope constructs.Construct, p ReaderProps, dead *deadletter.Queue) {
	mapping := awslambda.NewCfnEventSourceMapping(scope, jsii.String("Mapping"), &awslambda.CfnEventSourceMappingProps{
		FunctionName:               p.Function.FunctionName(),
		EventSourceArn:             p.Table.Dynamo.TableStreamArn(),
		StartingPosition:           jsii.String("TRIM_HORIZON"), // from before the function was there, too
		BatchSize:                  jsii.Number(readerBatch),
		BisectBatchOnFunctionError: jsii.Bool(true),
		FunctionResponseTypes:      jsii.Strings("ReportBatchItemFailures"),
		MaximumRetryAttempts:       jsii.Number(defaultRetries),
		FilterCriteria: &awslambda.CfnEventSourceMapping_FilterCriteriaProperty{
			Filters: []*awslambda.CfnEventSourceMapping_FilterProperty{{Pattern: jsii.String(unhanded())}},
		},
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: dead.SQS.QueueArn()},
		},
	})
	policy := awsiam.NewPolicy(scope, jsii.String("Read"), &awsiam.PolicyProps{Roles: &[]awsiam.IRole{p.Function.Role()}})
	p.Table.Dynamo.GrantStreamRead(policy)
	dead.SQS.GrantSendMessages(policy)
	mapping.AddResourceDependency(policy.Node().DefaultChild().(awsiam.CfnPolicy), nil)
}

// unhanded is the pattern of the images in which there may be something to hand on:
// taking events out of an item makes an image too.
func unhanded() string {
	pattern, err := json.Marshal(map[string]any{"dynamodb": map[string]any{"NewImage": map[string]any{"handed": map[string]any{"S": []string{"no"}}}}})
	if err != nil {
		panic(err) // maps of strings cannot fail
	}
	return string(pattern)
}

func newDelayed(scope constructs.Construct, p ReaderProps) awscloudwatch.Alarm {
	return alarm.New(scope, "Delayed", alarm.Props{
		Says: "The way from the store to the bus is behind: events are late",
		Metric: p.Function.Metric(jsii.String("IteratorAge"), &awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_MAXIMUM(), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Over: float64(p.MaxDelay.Milliseconds()), Alarms: p.Alarms,
	})
}

// Validate reports every problem of p, or nil.
func (p ReaderProps) Validate() error {
	var found props.Problems
	found.Required(p.Table != nil, "Table")
	found.Check(p.Table == nil || hasStream(p.Table.Dynamo), "Table", "it has no stream; define it with one")
	found.Required(p.Bus != nil, "Bus")
	found.Required(p.Function != nil, "Function")
	found.Required(p.Key != nil, "Key")
	found.Check(p.MaxDelay >= 0, "MaxDelay", "%v is negative; leave it out for %v", p.MaxDelay, defaultMaxDelay)
	return found.Err()
}
