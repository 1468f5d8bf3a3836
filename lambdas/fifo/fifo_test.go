package fifo_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/fifo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
)

func receive(t *testing.T, client *sqs.Client, url string) []types.Message {
	t.Helper()
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

// TestQueue wants commands of one dinner to come in order, one that was sent twice
// once, and one that is given up with its reason, group and body.
func TestQueue(t *testing.T) {
	server := localaws.Start(t)
	client := sqs.NewFromConfig(server.Config)
	commands, dead := server.FIFO(t, "commands"), server.FIFO(t, "dead")
	q := fifo.Queue{Client: client, URL: commands}
	for _, id := range []string{"1", "2", "1", "3", "2"} {
		c := queued.Command{ID: id, DinnerID: "dinner", AcceptedAt: time.Now(), Call: once.Call{Person: "anna", Operation: queued.ReserveSeat, Key: id}}
		if err := q.Send(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	var order []string
	got := receive(t, client, commands)
	for _, m := range got {
		c, err := queued.Codec{}.Decode(t.Context(), *m.Body)
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, c.ID)
	}
	if !slices.Equal(order, []string{"1", "2", "3"}) {
		t.Fatalf("received %v", order)
	}
	if more := receive(t, client, commands); len(more) > 0 {
		t.Errorf("of a group that is under way: %v", more)
	}
	raw, err := json.Marshal(got[0].Attributes)
	if err != nil {
		t.Fatal(err)
	}
	m := events.SQSMessage{MessageId: *got[0].MessageId, Body: *got[0].Body}
	if err := json.Unmarshal(raw, &m.Attributes); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := (fifo.DeadLetters{Client: client, URL: dead}).Bury(t.Context(), m, "cannot\x00 \xff be"); err != nil {
			t.Fatal(err)
		}
	}
	buried := receive(t, client, dead)
	if len(buried) != 1 || *buried[0].Body != m.Body || buried[0].Attributes["MessageGroupId"] != "dinner" || *buried[0].MessageAttributes[fifo.Reason].StringValue != "cannot   be" {
		t.Errorf("buried: %+v", buried)
	}
}
