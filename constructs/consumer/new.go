package consumer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/alarm"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// New defines a consumer called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Consumer {
	props.Must("consumer", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))
	p.Key.AllowEventTargets()
	about := annotate.Attributes{"service": p.Service}

	dead := deadletter.New(scope, "DeadLetter", p.deadLetter(p.Service+" failed on these events"))
	undelivered := deadletter.New(scope, "Undelivered", p.deadLetter("these events did not reach the queue of "+p.Service))
	queue := newQueue(scope, p, dead)
	annotate.Role(queue, role.Queue, about, annotate.Attributes{annotate.DataClass: p.DataClass})

	rule := newRule(scope, p, queue, undelivered)
	annotate.Role(rule, role.Rule, about, annotate.Attributes{"events": p.Events})

	newMapping(scope, p, queue)
	annotate.Role(p.Function, role.Consumer, about)

	return &Consumer{Rule: rule, Queue: queue, DeadLetter: dead, Undelivered: undelivered, Delayed: newAlarm(scope, p, queue)}
}

// newMapping lets Lambda hand the queue's messages to the function. It is not the
// function's AddEventSource, which would name it after the stack.
func newMapping(scope constructs.Construct, p Props, queue awssqs.Queue) {
	mapping := &awslambda.EventSourceMappingProps{
		Target:                  p.Function,
		EventSourceArn:          queue.QueueArn(),
		BatchSize:               jsii.Number(p.BatchSize),
		ReportBatchItemFailures: jsii.Bool(true),
		MaxBatchingWindow:       js.Seconds(p.BatchWindow),
	}
	if p.MaxConcurrency != 0 {
		mapping.MaxConcurrency = jsii.Number(p.MaxConcurrency)
	}
	awslambda.NewEventSourceMapping(scope, jsii.String("Mapping"), mapping)
	queue.GrantConsumeMessages(p.Function)
}

func newRule(scope constructs.Construct, p Props, queue awssqs.Queue, undelivered *deadletter.Queue) awsevents.CfnRule {
	rule := awsevents.NewCfnRule(scope, jsii.String("Rule"), &awsevents.CfnRuleProps{
		EventBusName: p.Bus.EventBusName(),
		Description:  jsii.String("Events for " + p.Service),
		EventPattern: map[string]any{"source": p.Sources, "detail-type": p.Events},
		Targets: []*awsevents.CfnRule_TargetProperty{{
			Id:               jsii.String("Queue"),
			Arn:              queue.QueueArn(),
			DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: undelivered.SQS.QueueArn()},
		}},
	})
	deadletter.AllowEvents(queue, *rule.AttrArn())
	undelivered.AllowEvents(*rule.AttrArn())
	return rule
}

func newQueue(scope constructs.Construct, p Props, dead *deadletter.Queue) awssqs.Queue {
	return awssqs.NewQueue(scope, jsii.String("Resource"), p.queue(dead))
}

func (p Props) queue(dead *deadletter.Queue) *awssqs.QueueProps {
	return &awssqs.QueueProps{
		Encryption:          p.Key.Queue(),
		EncryptionMasterKey: p.Key.KMS,
		EnforceSSL:          jsii.Bool(true),
		// Time for the function to be throttled and tried again before anybody
		// else sees the message.
		// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		VisibilityTimeout: js.Seconds(6*p.FunctionTimeout + p.BatchWindow),
		RetentionPeriod:   js.Seconds(p.Retention),
		DeadLetterQueue:   &awssqs.DeadLetterQueue{Queue: dead.SQS, MaxReceiveCount: jsii.Number(p.MaxReceives)},
		RemovalPolicy:     js.Removal(p.Sandbox),
	}
}

func newAlarm(scope constructs.Construct, p Props, queue awssqs.Queue) awscloudwatch.Alarm {
	return alarm.New(scope, "Delayed", alarm.Props{
		Says: p.Service + " is behind: its oldest event waits too long",
		Metric: queue.MetricApproximateAgeOfOldestMessage(&awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_MAXIMUM(), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Over:    p.MaxDelay.Seconds(),
		Service: p.Service,
		Alarms:  p.Alarms,
	})
}

func (p Props) deadLetter(holds string) deadletter.Props {
	return deadletter.Props{
		Key: p.Key, DataClass: p.DataClass, Service: p.Service, Holds: holds, Alarms: p.Alarms, Sandbox: p.Sandbox,
	}
}
