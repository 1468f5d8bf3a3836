package consumer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Ordered is a FIFO queue of commands with the function that applies them: each
// message group in order, one batch of a group at a time, groups beside each other.
//
// A message that fails holds up the rest of its group. Function gives it up after a
// few tries and puts it among the dead letters itself, with the reason. SQS would do
// so by the number of receives, and what waits behind a failing message is received
// as often as that: MaxReceives is far higher, for a function that dies of a message.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
type Ordered struct {
	Queue awssqs.Queue
	// DeadLetter keeps messages that Function gave up.
	DeadLetter *deadletter.Queue
	// Delayed is in alarm while the oldest message waits longer than MaxDelay.
	Delayed awscloudwatch.Alarm

	key *keys.Key
}

// receivesOfOrdered is above what a writer tries, five times, and as often again as a
// batch has messages that can fail after one another.
const receivesOfOrdered = 20

// NewOrdered defines a queue of the named commands called id within scope, as
// NewWorker does. It panics if props are invalid.
func NewOrdered(scope constructs.Construct, id string, p Props, commands []string) *Ordered {
	var found props.Problems
	p.check(&found)
	names(&found, "commands", commands)
	found.Check(p.Bus == nil && len(p.Sources)+len(p.Events) == 0, "Bus", "commands come by no rule; leave out Bus, Sources and Events")
	found.Check(p.BatchSize <= 10 && p.BatchWindow == 0, "BatchSize", "%d within %v; Lambda takes up to 10 messages off a FIFO queue, and waits for none", p.BatchSize, p.BatchWindow)
	props.Must("consumer", id, found.Err())
	if p.MaxReceives == 0 {
		p.MaxReceives = receivesOfOrdered
	}
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))
	about := annotate.Attributes{"service": p.Service}

	letters := p.deadLetter(p.Service + " gave these commands up")
	letters.FIFO = true
	dead := deadletter.New(scope, "DeadLetter", letters)
	// High throughput: each group has the quota that a queue would have, and what is
	// known by its id is known within its group.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/enable-high-throughput-fifo.html
	queue := p.queue(dead)
	queue.Fifo = jsii.Bool(true)
	queue.DeduplicationScope = awssqs.DeduplicationScope_MESSAGE_GROUP
	queue.FifoThroughputLimit = awssqs.FifoThroughputLimit_PER_MESSAGE_GROUP_ID
	o := &Ordered{Queue: awssqs.NewQueue(scope, jsii.String("Resource"), queue), DeadLetter: dead, key: p.Key}
	annotate.Role(o.Queue, role.Queue, about, annotate.Attributes{annotate.DataClass: p.DataClass, "commands": commands})
	newMapping(scope, p, o.Queue)
	annotate.Role(p.Function, role.Writer, about)
	o.grant(p.Function, dead.SQS)
	o.Delayed = newAlarm(scope, p, o.Queue)
	return o
}

// GrantSend lets grantee put commands on the queue.
func (o *Ordered) GrantSend(grantee awsiam.IGrantable) { o.grant(grantee, o.Queue) }

// grant lets grantee send to a queue: SQS asks its key for a data key on behalf of
// who sends, and opens one that it has.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func (o *Ordered) grant(grantee awsiam.IGrantable, queue awssqs.Queue) {
	awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee: grantee, Actions: jsii.Strings("sqs:SendMessage"), ResourceArns: jsii.Strings(*queue.QueueArn()),
	})
	o.key.Grant(grantee, "kms:GenerateDataKey", "kms:Decrypt")
}

// Interfaces are the endpoints through which private subnets reach the queue.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-internetwork-traffic-privacy.html
func Interfaces() []string { return []string{"sqs"} }
