// Package stream defines a Kinesis data stream and the function that reads it.
//
// Choose it over a queue where many small records come in an order that matters
// and more than one reader may want them; a queue costs nothing while it is empty,
// a stream costs its shards.
package stream

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/alarm"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Stream. The zero value of an optional field means its default.
type Props struct {
	// Service is the service that reads, for example "search". Required.
	Service string
	// Function handles batches of records and reports the first that failed.
	// Required.
	Function awslambda.IFunction
	// Shards is how many there are; each takes 1,000 records and 1 MB a second.
	// Required.
	Shards int
	// Key encrypts the records and the dead letters. Required.
	Key *keys.Key
	// DataClass is the class of data of the records. Default: the key's.
	DataClass string
	// BatchSize is how many records Function gets at once, from 1 to 10,000.
	// Default: 100.
	BatchSize int
	// Retries is how often a batch is tried again, halved each time, before what is
	// left of it is passed over, from 1 to 10,000. Default: 8.
	Retries int
	// MaxDelay is how old the oldest record may be before the alarm.
	// Default: 5 minutes.
	MaxDelay time.Duration
	// Alarms hears of dead letters and of delay. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes stream and dead letters with their stack. Default: they stay.
	Sandbox bool
}

// Stream is a stream and the resources defined with it.
type Stream struct {
	Kinesis awskinesis.Stream
	// DeadLetter keeps where the records are that Function failed on: the stream
	// itself keeps them for a day.
	DeadLetter *deadletter.Queue
	// Delayed is in alarm while the oldest record waits longer than MaxDelay.
	Delayed awscloudwatch.Alarm
}

const (
	defaultBatchSize = 100
	defaultRetries   = 8
	defaultMaxDelay  = 5 * time.Minute
	// maxShards is the quota of an account in most Regions; it can be raised.
	// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
	maxShards = 500
)

// New defines a stream called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Stream {
	props.Must("stream", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))
	about := annotate.Attributes{"service": p.Service}

	encryption := awskinesis.StreamEncryption_KMS
	if !p.Key.Own() {
		encryption = awskinesis.StreamEncryption_MANAGED // by a key that AWS manages in the account
	}
	kinesis := awskinesis.NewStream(scope, jsii.String("Resource"), &awskinesis.StreamProps{
		StreamMode:      awskinesis.StreamMode_PROVISIONED,
		ShardCount:      jsii.Number(p.Shards),
		Encryption:      encryption,
		EncryptionKey:   p.Key.KMS,
		RetentionPeriod: awscdk.Duration_Hours(jsii.Number(24)),
		RemovalPolicy:   js.Removal(p.Sandbox),
	})
	annotate.Role(kinesis, role.Stream, about, annotate.Attributes{annotate.DataClass: p.DataClass})
	annotate.Acknowledge(kinesis, "It is under the data class's own key, which can be audited and destroyed; the rule asks for the one that AWS manages.", "AwsSolutions-KDS3")
	dead := deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key: p.Key, DataClass: p.DataClass, Service: p.Service, Holds: p.Service + " failed on these records of a stream", Alarms: p.Alarms, Sandbox: p.Sandbox,
	})
	newMapping(scope, p, kinesis, dead)
	annotate.Role(p.Function, role.Consumer, about)
	return &Stream{Kinesis: kinesis, DeadLetter: dead, Delayed: newAlarm(scope, p)}
}

// newMapping lets Lambda read the stream for the function and send what failed for
// good to the dead letters, both as the function's role.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
func newMapping(scope constructs.Construct, p Props, kinesis awskinesis.Stream, dead *deadletter.Queue) {
	mapping := awslambda.NewCfnEventSourceMapping(scope, jsii.String("Mapping"), &awslambda.CfnEventSourceMappingProps{
		FunctionName:                   p.Function.FunctionName(),
		EventSourceArn:                 kinesis.StreamArn(),
		StartingPosition:               jsii.String("TRIM_HORIZON"), // from before the function was there, too
		BatchSize:                      jsii.Number(p.BatchSize),
		BisectBatchOnFunctionError:     jsii.Bool(true),
		FunctionResponseTypes:          jsii.Strings("ReportBatchItemFailures"),
		MaximumRetryAttempts:           jsii.Number(p.Retries),
		MaximumBatchingWindowInSeconds: jsii.Number(1),
		DestinationConfig: &awslambda.CfnEventSourceMapping_DestinationConfigProperty{
			OnFailure: &awslambda.CfnEventSourceMapping_OnFailureProperty{Destination: dead.SQS.QueueArn()},
		},
	})

	statements := []awsiam.PolicyStatement{
		statement(kinesis.StreamArn(), "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards", "kinesis:DescribeStream"),
		statement(dead.SQS.QueueArn(), "sqs:SendMessage"),
	}
	if p.Key.Own() {
		statements = append(statements, statement(p.Key.ARN(), "kms:Decrypt", "kms:GenerateDataKey"))
	}
	policy := awsiam.NewPolicy(scope, jsii.String("Read"), &awsiam.PolicyProps{
		Roles:      &[]awsiam.IRole{p.Function.Role()},
		Statements: &statements,
	})
	mapping.AddResourceDependency(policy.Node().DefaultChild().(awsiam.CfnPolicy), nil)
}

func statement(arn *string, actions ...string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(actions...), Resources: &[]*string{arn}})
}

func newAlarm(scope constructs.Construct, p Props) awscloudwatch.Alarm {
	return alarm.New(scope, "Delayed", alarm.Props{
		Says: p.Service + " is behind: its oldest record waits too long",
		Metric: p.Function.Metric(jsii.String("IteratorAge"), &awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_MAXIMUM(), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Over:    float64(p.MaxDelay.Milliseconds()),
		Service: p.Service,
		Alarms:  p.Alarms,
	})
}

func (p Props) withDefaults() Props {
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.BatchSize == 0 {
		p.BatchSize = defaultBatchSize
	}
	if p.Retries == 0 {
		p.Retries = defaultRetries
	}
	if p.MaxDelay == 0 {
		p.MaxDelay = defaultMaxDelay
	}
	return p
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Service != "", "Service")
	found.Required(p.Function != nil, "Function")
	found.Required(p.Key != nil, "Key")
	found.Check(p.Shards >= 1 && p.Shards <= maxShards, "Shards", "%d is not from 1 to %d", p.Shards, maxShards)
	found.Check(p.BatchSize >= 0 && p.BatchSize <= 10000, "BatchSize", "%d is not from 1 to 10000; leave it out for %d", p.BatchSize, defaultBatchSize)
	found.Check(p.Retries >= 0 && p.Retries <= 10000, "Retries", "%d is not from 1 to 10000; leave it out for %d", p.Retries, defaultRetries)
	found.Check(p.MaxDelay >= 0, "MaxDelay", "%v is negative; leave it out for %v", p.MaxDelay, defaultMaxDelay)
	return found.Err()
}
