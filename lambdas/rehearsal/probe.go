package rehearsal

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"fulcrum/lambdas/localaws"
)

// Probe puts a queue behind a rule for everything on the bus, to see what it
// carries. See Probed.
func (s *System) Probe(t localaws.Scope) {
	t.Helper()
	queue, err := s.Queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("probe-" + s.Bus)})
	if err != nil {
		t.Fatal(err)
	}
	s.probe = *queue.QueueUrl
	rule := "probe-" + s.Bus
	_, err = s.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: &rule, EventBusName: &s.Bus, EventPattern: aws.String(`{"account":["123456789012"]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: &rule, EventBusName: &s.Bus,
		Targets: []eventtypes.Target{{Id: aws.String("Probe"), Arn: aws.String(s.queueARN(t, s.probe))}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Probed returns the envelopes that the probe saw since the last call.
func (s *System) Probed(t localaws.Scope) []string {
	t.Helper()
	var bodies []string
	for {
		messages := s.Receive(t, s.probe, 10)
		if len(messages) == 0 {
			return bodies
		}
		for _, m := range messages {
			bodies = append(bodies, *m.Body)
			s.delete(t, s.probe, m)
		}
	}
}

// AllRecords returns the stream's records from the oldest on.
func (s *System) AllRecords(t localaws.Scope) []map[string]any {
	t.Helper()
	stream, err := s.server.Stream(context.Background(), s.Store)
	if err != nil {
		t.Fatal(err)
	}
	records, err := stream.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return records
}
