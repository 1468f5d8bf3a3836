package direct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
)

// Stream puts each request on a Kinesis stream, in the shard of the first variable
// of its path, or else of its caller.
type Stream struct {
	// Kinesis takes the records. Required.
	Kinesis awskinesis.Stream
	// Key encrypts the stream. Required.
	Key *keys.Key
}

// Integrate defines the integration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/integrating-api-with-aws-services-kinesis.html
func (s Stream) Integrate(scope constructs.Construct, r route.Route, d Door) Integration {
	role := newRole(scope, "put a record on a stream", s.Key, []string{"kms:GenerateDataKey"}, *s.Kinesis.StreamArn(), "kinesis:PutRecord")
	key := "$caller"
	if name, ok := variable(r); ok {
		key = "$" + name
	}
	request := record(r, d) + `{"StreamName":"` + *s.Kinesis.StreamName() + `","PartitionKey":"` + key + `","Data":"$util.base64Encode($record)"}`
	// A full shard is a 400 with the reason in its type, and passes.
	refused := answer{when: `4\d{2}`, status: 500, headers: problemType, body: `#set($reason = $input.path('$.__type'))
#if($reason && ($reason.contains("Throughput") || $reason.contains("Throttl") || $reason.contains("LimitExceeded")))
` + again + `
#else
` + failed.body + `
#end`}
	return integrate("kinesis", "PutRecord", "", role, map[string]string{"Content-Type": "application/x-amz-json-1.1"}, request, []answer{
		{when: "200", status: 202, body: accepted}, refused, busy, failed,
	}, d)
}

// Validate reports every problem of s, or nil.
func (s Stream) Validate() error {
	var found props.Problems
	found.Required(s.Kinesis != nil, "Kinesis")
	found.Required(s.Key != nil, "Key")
	return found.Err()
}

// Bus puts each request on an EventBridge bus as an event.
type Bus struct {
	// Events takes the events. Required.
	Events awsevents.EventBus
	// Source and Type are the events', for example "dinner.search" and "Interest
	// Shown". Required.
	Source, Type string
}

// Integrate defines the integration. EventBridge answers 200 when it took none of
// the entries, so the count of those that failed decides; the API's caller needs
// no permission for the bus's key, which the bus uses itself.
//
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
func (b Bus) Integrate(scope constructs.Construct, r route.Route, d Door) Integration {
	role := newRole(scope, "put an event on a bus", nil, nil, *b.Events.EventBusArn(), "events:PutEvents")
	request := record(r, d) + `{"Entries":[{"EventBusName":"` + *b.Events.EventBusName() + `","Source":"` + b.Source + `","DetailType":"` + b.Type +
		`","Detail":"` + escaped("$record") + `"}]}`
	taken := answer{when: "200", status: 202, body: `#if($input.path('$.FailedEntryCount') == 0)
` + accepted + `
#else
` + again + `
#end`}
	headers := map[string]string{"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSEvents.PutEvents"}
	return integrate("events", "PutEvents", "", role, headers, request, []answer{taken, busy, failed}, d)
}

// Validate reports every problem of b, or nil.
func (b Bus) Validate() error {
	var found props.Problems
	found.Required(b.Events != nil, "Events")
	found.Required(b.Source != "", "Source")
	found.Required(b.Type != "", "Type")
	return found.Err()
}

// Queue sends each request to an SQS queue.
type Queue struct {
	// SQS takes the messages. Required.
	SQS awssqs.Queue
	// Key encrypts the queue. Required.
	Key *keys.Key
}

// Integrate defines the integration.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
func (q Queue) Integrate(scope constructs.Construct, r route.Route, d Door) Integration {
	role := newRole(scope, "send a message to a queue", q.Key, []string{"kms:Decrypt", "kms:GenerateDataKey"}, *q.SQS.QueueArn(), "sqs:SendMessage")
	request := record(r, d) + `Action=SendMessage&Version=2012-11-05&MessageBody=$util.urlEncode($record)`
	path := *awscdk.Stack_Of(q.SQS).Account() + "/" + *q.SQS.QueueName()
	return integrate("sqs", "", path, role, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, request, []answer{
		{when: "200", status: 202, body: accepted}, busy, failed,
	}, d)
}

// Validate reports every problem of q, or nil.
func (q Queue) Validate() error {
	var found props.Problems
	found.Required(q.SQS != nil, "SQS")
	found.Required(q.Key != nil, "Key")
	return found.Err()
}
