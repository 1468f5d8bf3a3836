// Package consumer defines what stands between a bus and the function that
// handles its events: a rule, a queue and two dead-letter queues.
//
// The queue holds events while the function fails, is throttled or is being
// deployed, and hands them over in batches; a rule that invoked the function
// itself would retry each event alone and for one day at most.
package consumer

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/keys"
)

// Props configures a Consumer. The zero value of an optional field means its
// default.
type Props struct {
	// Service is the service that consumes, for example "notification". Required.
	Service string
	// Bus carries the events. Required.
	Bus awsevents.IEventBus
	// Sources are the events' sources, for example "dinner.reservation": the rule
	// takes the named events from these sources and no others. Required.
	Sources []string
	// Events are the events' names, which are their detail types, for example
	// "Seat Reserved". Required.
	Events []string
	// Function handles batches of queue messages, each the EventBridge event as
	// JSON, and reports the ones that failed. Required.
	Function awslambda.IFunction
	// FunctionTimeout is how long Function may run. Required: an IFunction does
	// not tell.
	FunctionTimeout time.Duration
	// Key encrypts the queue and the dead letters. Required.
	Key *keys.Key
	// DataClass is the class of data of the events. Default: the key's.
	DataClass string
	// BatchSize is how many messages Function gets at once, from 1 to 10,000; to 10
	// off a queue that keeps an order. Default: 10.
	BatchSize int
	// BatchWindow is how long to wait for a full batch, up to 5 minutes. Sizes
	// over 10 need at least a second. Default: not at all.
	BatchWindow time.Duration
	// MaxConcurrency is how many batches are handled at once, from 2 to 1,000.
	// Default: no bound but the function's own.
	MaxConcurrency int
	// MaxReceives is how often a message is tried before it becomes a dead
	// letter, from 1 to 1,000. Default: 5; 20 off a queue that keeps an order.
	MaxReceives int
	// Retention is how long a message waits at most, in whole days up to 14.
	// Default: 4 days.
	Retention time.Duration
	// MaxDelay is how old the oldest message may be before the alarm.
	// Default: 5 minutes.
	MaxDelay time.Duration
	// Alarms hears of dead letters and of delay. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes the queues with their stack. Default: they stay.
	Sandbox bool
}

// Consumer is a function's share of a bus.
type Consumer struct {
	Rule  awsevents.CfnRule
	Queue awssqs.Queue
	// DeadLetter keeps messages that Function failed on.
	DeadLetter *deadletter.Queue
	// Undelivered keeps events that did not reach Queue.
	Undelivered *deadletter.Queue
	// Delayed is in alarm while the oldest message waits longer than MaxDelay.
	Delayed awscloudwatch.Alarm
}
