package consumer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Worker is a queue that is sent to directly, and not by a rule of a bus, with the
// function that handles its messages.
type Worker struct {
	Queue awssqs.Queue
	// DeadLetter keeps messages that Function failed on.
	DeadLetter *deadletter.Queue
	// Delayed is in alarm while the oldest message waits longer than MaxDelay.
	Delayed awscloudwatch.Alarm
}

// NewWorker defines a worker called id within scope, as New does but without Bus,
// Sources and Events. It panics if props are invalid.
func NewWorker(scope constructs.Construct, id string, p Props) *Worker {
	var found props.Problems
	p.check(&found)
	found.Check(p.Bus == nil && len(p.Sources)+len(p.Events) == 0, "Bus", "a worker has no rule; leave out Bus, Sources and Events")
	props.Must("consumer", id, found.Err())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))
	about := annotate.Attributes{"service": p.Service}

	dead := deadletter.New(scope, "DeadLetter", p.deadLetter(p.Service+" failed on these messages"))
	queue := newQueue(scope, p, dead)
	annotate.Role(queue, role.Queue, about, annotate.Attributes{annotate.DataClass: p.DataClass})
	newMapping(scope, p, queue)
	annotate.Role(p.Function, role.Consumer, about)
	return &Worker{Queue: queue, DeadLetter: dead, Delayed: newAlarm(scope, p, queue)}
}
