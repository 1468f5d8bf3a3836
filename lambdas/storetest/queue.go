package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/fifo"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/queued"
)

// Hose is a queue with its other end.
type Hose struct {
	Queue queued.Queue
	// Receive takes off up to ten messages, as one batch of Lambda's has.
	Receive func(t testing.TB) []events.SQSMessage
	// Delete makes the queue forget messages.
	Delete func(t testing.TB, gone []events.SQSMessage)
}

// FIFO opens an empty queue of a local AWS.
func FIFO(t testing.TB, server *localaws.Server, name string) Hose {
	client, url := sqs.NewFromConfig(server.Config), server.FIFO(t, name)
	receipts := map[string]*string{}
	return Hose{
		Queue: fifo.Queue{Client: client, URL: url},
		Receive: func(t testing.TB) []events.SQSMessage {
			t.Helper()
			out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
				QueueUrl: &url, MaxNumberOfMessages: 10,
				MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
			})
			if err != nil {
				t.Fatal(err)
			}
			var batch []events.SQSMessage
			for _, m := range out.Messages {
				batch = append(batch, events.SQSMessage{MessageId: *m.MessageId, Body: *m.Body, Attributes: m.Attributes})
				receipts[*m.MessageId] = m.ReceiptHandle
			}
			return batch
		},
		Delete: func(t testing.TB, gone []events.SQSMessage) {
			t.Helper()
			for _, m := range gone {
				if _, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: receipts[m.MessageId]}); err != nil {
					t.Fatal(err)
				}
			}
		},
	}
}

// Queue holds a queue of commands, which opens empty, to its contract: the commands of a
// dinner come in the order in which they were sent, whole, and one that is sent again
// within minutes, or was while the first had been taken off already, comes once.
func Queue(t *testing.T, open func(t testing.TB) Hose) {
	t.Helper()
	hose := open(t)
	of := func(id, dinnerID string) queued.Command {
		return queued.Command{
			ID: id, DinnerID: dinnerID, AcceptedAt: noon, Trace: "Root=" + id, Call: call("anna", queued.ReserveSeat, id),
			Guest: dinner.Guest{ID: "anna", Name: "Ann\u00e1 <&>"}, Plan: plan(3, 1), Host: host, ReservationID: "r" + id,
		}
	}
	send := func(c queued.Command) {
		t.Helper()
		if err := hose.Queue.Send(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	var want []string
	for n := range 24 {
		group := string(rune('a' + n%2))
		c := of(fmt.Sprintf("%02d", n), group)
		send(c)
		want = append(want, c.DinnerID+c.ID)
	}
	send(of("03", "b"))
	send(of("00", "b")) // another dinner's: ids are of a dinner
	want = append(want, "b00")
	var got []string
	receive := func() {
		for batch := hose.Receive(t); len(batch) > 0; batch = hose.Receive(t) {
			for _, m := range batch {
				c, err := queued.Codec{}.Decode(t.Context(), m.Body)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(of(c.ID, c.DinnerID), c); diff != "" {
					t.Errorf("%s came changed: -sent +came:\n%s", c.ID, diff)
				}
				if m.Attributes["MessageGroupId"] != c.DinnerID {
					t.Errorf("%s of dinner %s came in group %q", c.ID, c.DinnerID, m.Attributes["MessageGroupId"])
				}
				got = append(got, c.DinnerID+c.ID)
			}
			hose.Delete(t, batch)
		}
	}
	receive()
	send(of("05", "b"))
	send(of("24", "a"))
	want = append(want, "a24")
	receive()
	for _, group := range []string{"a", "b"} {
		others := func(id string) bool { return id[:1] != group }
		if diff := cmp.Diff(slices.DeleteFunc(slices.Clone(want), others), slices.DeleteFunc(slices.Clone(got), others)); diff != "" {
			t.Errorf("commands of dinner %s: -sent +came:\n%s", group, diff)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := hose.Queue.Send(ctx, of("99", "a")); err == nil {
		t.Error("who no longer waits is told that a command is taken")
	}
}
