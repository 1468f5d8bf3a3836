// Package fifo keeps commands in an SQS FIFO queue, each dinner's in the order in
// which they came, and what was given up in its dead-letter queue.
package fifo

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/queued"
)

// Queue is the queued.Queue over a FIFO queue of SQS. A dinner's commands are one
// message group; a command's id is what it is known by for five minutes.
type Queue struct {
	Client *sqs.Client
	URL    string
	Codec  queued.Codec
}

var _ queued.Queue = Queue{}

// Send implements queued.Queue.
func (q Queue) Send(ctx context.Context, c queued.Command) error {
	body, err := q.Codec.Encode(ctx, c)
	if err != nil {
		return err
	}
	_, err = q.Client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &q.URL, MessageBody: &body, MessageGroupId: &c.DinnerID, MessageDeduplicationId: &c.ID,
	})
	if err != nil {
		return fmt.Errorf("command %s: %w", c.ID, err)
	}
	return nil
}

// Reason is the attribute of a dead letter that says why it was given up.
const Reason = "Reason"

// maxReason is the longest reason, in bytes: a message has 1 MB for everything.
const maxReason = 2048

// DeadLetters is the queued.DeadLetters over a FIFO queue of SQS.
type DeadLetters struct {
	Client *sqs.Client
	URL    string
}

var _ queued.DeadLetters = DeadLetters{}

// Bury implements queued.DeadLetters. The message keeps its group, and is known by
// the id that it had, as one is that SQS moves by itself.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
func (d DeadLetters) Bury(ctx context.Context, m events.SQSMessage, reason string) error {
	group := m.Attributes["MessageGroupId"]
	_, err := d.Client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &d.URL, MessageBody: &m.Body, MessageGroupId: &group, MessageDeduplicationId: &m.MessageId,
		MessageAttributes: map[string]types.MessageAttributeValue{
			Reason: {DataType: aws.String("String"), StringValue: aws.String(shown(reason))},
		},
	})
	if err != nil {
		return fmt.Errorf("dead letter %s: %w", m.MessageId, err)
	}
	return nil
}

// shown is a reason without what an attribute cannot hold.
func shown(reason string) string {
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	reason = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(reason, ""))
	if reason == "" {
		return "unknown"
	}
	return reason
}
