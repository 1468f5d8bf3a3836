package redrive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Redriver redrives the dead letters of one stack.
type Redriver struct {
	Queues  *sqs.Client
	Events  *eventbridge.Client
	Streams *dynamodbstreams.Client
	Dynamo  *dynamodb.Client
	// Functions calls functions.
	Functions *lambda.Client
	// Physical are the physical ids of the stack's resources, by logical id: of a queue
	// its URL, of a bus, a table and a function its name.
	Physical map[string]string
}

// Letter is one dead letter.
type Letter struct {
	// Reason says why it is there, as far as anything does.
	Reason string
	Body   string

	message types.Message
}

// hidden is for how long a letter that is looked at is hidden from others, in seconds.
const hidden = 120

// batchSize is how many letters are received at once, the most that SQS gives.
const batchSize = 10

// Count returns how many dead letters a queue has, about.
func (r Redriver) Count(ctx context.Context, w Way) (string, error) {
	url, err := r.physical(w.Dead)
	if err != nil {
		return "", err
	}
	out, err := r.Queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages},
	})
	if err != nil {
		return "", err
	}
	return out.Attributes[string(types.QueueAttributeNameApproximateNumberOfMessages)], nil
}

// Redrive sends the dead letters of a queue on their way, tells each, and returns how
// many it was. It ends at the first that cannot be sent, which stays where it is.
func (r Redriver) Redrive(ctx context.Context, w Way, tell func(Letter)) (int, error) {
	if w.Kind == ByHand {
		return 0, fmt.Errorf("%s: nobody but you knows where these go", w.Dead)
	}
	dead, err := r.physical(w.Dead)
	if err != nil {
		return 0, err
	}
	for sent := 0; ; {
		letters, err := r.receive(ctx, dead)
		if err != nil || len(letters) == 0 {
			return sent, err
		}
		for _, l := range letters {
			if err := r.send(ctx, w, l); err != nil {
				return sent, fmt.Errorf("%s: %w", w.Dead, err)
			}
			if _, err := r.Queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &dead, ReceiptHandle: l.message.ReceiptHandle}); err != nil {
				return sent, fmt.Errorf("%s: sent and not deleted, so that it will be sent again: %w", w.Dead, err)
			}
			sent++
			tell(l)
		}
	}
}

func (r Redriver) physical(id string) (string, error) {
	if p := r.Physical[id]; p != "" {
		return p, nil
	}
	return "", fmt.Errorf("the stack has no resource %s", id)
}

func (r Redriver) receive(ctx context.Context, url string) ([]Letter, error) {
	out, err := r.Queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: batchSize, VisibilityTimeout: hidden, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return nil, err
	}
	letters := make([]Letter, len(out.Messages))
	for i, m := range out.Messages {
		letters[i] = Letter{Reason: reason(m), Body: aws.ToString(m.Body), message: m}
	}
	return letters, nil
}

// reason is what a letter says of itself: in the attribute of the writer or of
// EventBridge, or in the body of a machine or of a pipe.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func reason(m types.Message) string {
	for _, name := range []string{"Reason", "ERROR_MESSAGE", "ERROR_CODE"} {
		if v := aws.ToString(m.MessageAttributes[name].StringValue); v != "" {
			return v
		}
	}
	if why := failure(aws.ToString(m.Body)); why != "" {
		return why
	}
	if place, err := placeOf(aws.ToString(m.Body)); err == nil && place.condition != "" {
		return place.condition
	}
	return "received too often; the log of the function says why"
}

func (r Redriver) send(ctx context.Context, w Way, l Letter) error {
	switch w.Kind {
	case ToQueue:
		to, err := r.physical(w.To)
		if err != nil {
			return err
		}
		in := &sqs.SendMessageInput{QueueUrl: &to, MessageBody: &l.Body}
		if group, ok := l.message.Attributes["MessageGroupId"]; ok {
			in.MessageGroupId, in.MessageDeduplicationId = &group, l.message.MessageId
		}
		_, err = r.Queues.SendMessage(ctx, in)
		return err
	case ToBus:
		var e struct {
			Source     string
			DetailType string `json:"detail-type"`
			Detail     json.RawMessage
		}
		if err := json.Unmarshal([]byte(l.Body), &e); err != nil || e.Source == "" {
			return errors.New("the letter holds no event")
		}
		return r.put(ctx, w, []eventtypes.PutEventsRequestEntry{{Source: &e.Source, DetailType: &e.DetailType, Detail: aws.String(string(e.Detail))}})
	case ByStep:
		return r.release(ctx, w, l)
	case ByItem:
		return r.showAgain(ctx, w, l)
	default:
		return r.repeat(ctx, w, l)
	}
}

// put puts entries onto a bus, all of them or with an error.
func (r Redriver) put(ctx context.Context, w Way, entries []eventtypes.PutEventsRequestEntry) error {
	bus, err := r.physical(w.To)
	if err != nil {
		return err
	}
	for len(entries) > 0 {
		n := min(len(entries), batchSize)
		for i := range entries[:n] {
			entries[i].EventBusName = &bus
		}
		out, err := r.Events.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries[:n]})
		if err != nil {
			return err
		}
		for _, e := range out.Entries {
			if e.ErrorCode != nil {
				return fmt.Errorf("the bus refuses: %s %s", *e.ErrorCode, aws.ToString(e.ErrorMessage))
			}
		}
		entries = entries[n:]
	}
	return nil
}
