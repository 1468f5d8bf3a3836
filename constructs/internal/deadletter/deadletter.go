// Package deadletter defines the queue that keeps what could not be handled, and
// the alarm that says so.
package deadletter

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a dead-letter queue.
type Props struct {
	// Key encrypts the messages. Required.
	Key *keys.Key
	// DataClass is the class of data of the messages. Default: the key's.
	DataClass string
	// Holds says what ends here, for the alarm's description. Required.
	Holds string
	// Service is the service the messages were meant for. Default: none.
	Service string
	// FIFO keeps the order of messages, for the dead letters of a queue that does:
	// SQS wants both to be of one kind. Default: a standard queue.
	FIFO bool
	// Alarms hears when a message arrives. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes the queue with its stack. Default: it stays.
	Sandbox bool
}

// Queue is a dead-letter queue and its alarm.
type Queue struct {
	SQS   awssqs.Queue
	Alarm awscloudwatch.Alarm
}

// New defines a dead-letter queue called id, and its alarm called id and
// "Alarm", within scope.
func New(scope constructs.Construct, id string, p Props) *Queue {
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	about := annotate.Attributes{}
	if p.Service != "" {
		about["service"] = p.Service
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	props := &awssqs.QueueProps{
		Encryption:          p.Key.Queue(),
		EncryptionMasterKey: p.Key.KMS,
		EnforceSSL:          jsii.Bool(true),
		RetentionPeriod:     awscdk.Duration_Days(jsii.Number(14)), // the longest SQS has: time to look
		RemovalPolicy:       js.Removal(p.Sandbox),
	}
	if p.FIFO {
		props.Fifo = jsii.Bool(true)
	}
	queue := awssqs.NewQueue(scope, jsii.String("Resource"), props)
	annotate.Role(queue, role.DeadLetter, annotate.Attributes{annotate.DataClass: p.DataClass}, about)
	annotate.Acknowledge(queue, "It is a dead-letter queue itself; to name its source as the only one allowed would close a circle of references.",
		"AwsSolutions-SQS3", "CT.SQS.PR.1")

	alarm := awscloudwatch.NewAlarm(scope, jsii.String("Alarm"), &awscloudwatch.AlarmProps{
		AlarmDescription: jsii.String("Somebody must look: " + p.Holds),
		Metric: queue.MetricApproximateNumberOfMessagesVisible(&awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_MAXIMUM(),
			Period:    awscdk.Duration_Minutes(jsii.Number(5)),
		}),
		Threshold:          jsii.Number(0),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		// An idle queue reports nothing, and has nothing in it.
		TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	annotate.Role(alarm, role.Alarm, about)
	if p.Alarms != nil {
		alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(p.Alarms))
	}
	return &Queue{SQS: queue, Alarm: alarm}
}

// AllowEvents lets EventBridge send here on behalf of the resource with an ARN,
// a bus or a rule.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (q *Queue) AllowEvents(sourceARN string) { AllowEvents(q.SQS, sourceARN) }

// AllowEvents lets EventBridge send to queue on behalf of the resource with an
// ARN. CDK's own statement would let in every rule of the account, and writes to
// the policy of the queue's key.
func AllowEvents(queue awssqs.Queue, sourceARN string) {
	queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sqs:SendMessage"),
		Resources:  jsii.Strings(*queue.QueueArn()),
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": sourceARN}},
	}))
}
