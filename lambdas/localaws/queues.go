package localaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// FIFO creates a queue in order with the settings of the one that commands lie in, and
// returns its address.
func (s *Server) FIFO(t Scope, name string) string {
	t.Helper()
	made, err := sqs.NewFromConfig(s.Config).CreateQueue(context.Background(), &sqs.CreateQueueInput{
		QueueName: aws.String(name + ".fifo"), Attributes: map[string]string{
			"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *made.QueueUrl
}
