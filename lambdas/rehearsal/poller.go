package rehearsal

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/localaws"
)

// Poll hands one batch of a consumer's queue to its function and deletes what the
// function did not report as failed; that is visible again at once, as if its
// visibility timeout had ended. It returns how many messages the batch had.
func (s *System) Poll(t localaws.Scope, c *Consumer) int {
	t.Helper()
	batch := s.Receive(t, c.Queue, c.BatchSize)
	if len(batch) == 0 {
		return 0
	}
	request := events.SQSEvent{}
	for _, m := range batch {
		request.Records = append(request.Records, events.SQSMessage{
			MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
			EventSource: "aws:sqs", EventSourceARN: s.queueARN(t, c.Queue), AWSRegion: "eu-west-1",
		})
	}
	payload, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.SQSEventResponse
	raw, err := c.Function.Invoke(t.Context(), payload)
	if err == nil {
		err = json.Unmarshal(raw, &answer)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", c.Service, err, c.Function.Output())
	}
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	for _, m := range batch {
		if failed[*m.MessageId] {
			s.release(t, c.Queue, m)
		} else {
			s.delete(t, c.Queue, m)
		}
	}
	return len(batch)
}

// Receive takes up to limit messages from a queue.
func (s *System) Receive(t localaws.Scope, queue string, limit int) []types.Message {
	t.Helper()
	out, err := s.Queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queue, MaxNumberOfMessages: int32(limit), //nolint:gosec // ten at most
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

func (s *System) release(t localaws.Scope, queue string, m types.Message) {
	t.Helper()
	_, err := s.Queues.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *System) delete(t localaws.Scope, queue string, m types.Message) {
	t.Helper()
	if _, err := s.Queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
}

func (s *System) queueARN(t localaws.Scope, queue string) string {
	t.Helper()
	out, err := s.Queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes[string(types.QueueAttributeNameQueueArn)]
}

// DeadLetters returns a consumer's dead letters, which stay where they are.
func (s *System) DeadLetters(t localaws.Scope, c *Consumer) []types.Message {
	t.Helper()
	messages := s.Receive(t, c.DeadLetter, 10)
	for _, m := range messages {
		s.release(t, c.DeadLetter, m)
	}
	return messages
}

// Redrive sends a consumer's dead letters to its queue again, as SQS's dead-letter
// queue redrive does.
func (s *System) Redrive(t localaws.Scope, c *Consumer) {
	t.Helper()
	for _, m := range s.Receive(t, c.DeadLetter, 10) {
		if _, err := s.Queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &c.Queue, MessageBody: aws.String(*m.Body)}); err != nil {
			t.Fatal(err)
		}
		s.delete(t, c.DeadLetter, m)
	}
}
