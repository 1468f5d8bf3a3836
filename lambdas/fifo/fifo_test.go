package fifo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/fifo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/queued"
	"fulcrum/lambdas/storetest"
)

// TestQueue holds the queue to what every queue of commands must do, and wants none of a
// dinner to come while another is under way.
func TestQueue(t *testing.T) {
	server := localaws.Start(t)
	n := 0
	storetest.Queue(t, func(t testing.TB) storetest.Hose {
		n++
		return storetest.FIFO(t, server, fmt.Sprintf("commands-%d", n))
	})
	hose := storetest.FIFO(t, server, "held")
	for _, id := range []string{"1", "2"} {
		c := queued.Command{ID: id, DinnerID: "dinner", AcceptedAt: time.Now(), Call: once.Call{Person: "anna", Operation: queued.ReserveSeat, Key: id}}
		if err := hose.Queue.Send(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if got, want := len(hose.Receive(t)), map[string]int{"1": 1, "2": 0}[id]; got != want {
			t.Errorf("after command %s %d came, want %d", id, got, want)
		}
	}
}

// TestBury wants what is given up to lie there once, with its reason, group and body, and
// two messages that say the same to lie there both.
func TestBury(t *testing.T) {
	server := localaws.Start(t)
	client, dead := sqs.NewFromConfig(server.Config), server.FIFO(t, "dead")
	m := events.SQSMessage{MessageId: "m1", Body: "what was sent", Attributes: map[string]string{"MessageGroupId": "dinner"}}
	letters := fifo.DeadLetters{Client: client, URL: dead}
	for id, reason := range map[string]string{"m2": "", "m3": strings.Repeat("long ", 1000)} {
		other := m
		other.MessageId, other.Attributes = id, map[string]string{"MessageGroupId": "other " + id}
		if err := letters.Bury(t.Context(), other, reason); err != nil {
			t.Fatal(err)
		}
	}
	same := m
	same.MessageId = "m4"
	if err := letters.Bury(t.Context(), same, "cannot be"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := letters.Bury(t.Context(), m, "cannot\x00 \xff be"); err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &dead, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	buried := map[string]types.Message{}
	for _, b := range out.Messages {
		buried[b.Attributes["MessageGroupId"]] = b
	}
	reason := func(group string) string {
		return aws.ToString(buried[group].MessageAttributes[fifo.Reason].StringValue)
	}
	if got := reason("other m3"); reason("other m2") != "unknown" || len(got) > 2048 || !strings.HasPrefix(got, "long long") {
		t.Errorf("reasons %q and %q", reason("other m2"), got)
	}
	if len(out.Messages) != 4 || aws.ToString(buried["dinner"].Body) != m.Body || reason("dinner") != "cannot   be" {
		t.Errorf("buried: %+v", buried)
	}
}
