package contract_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"fulcrum/lambdas/contract"
	"fulcrum/lambdas/contract/issuer"
	"fulcrum/lambdas/localaws"
	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/runtimeapi"
)

// write hands one batch of the queue to the writer, as Lambda's poller does.
func write(t *testing.T, client *sqs.Client, queue string, writer *runtimeapi.Function) {
	t.Helper()
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &queue, MaxNumberOfMessages: 10, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Messages) == 0 {
		return
	}
	batch := events.SQSEvent{}
	for _, m := range out.Messages {
		batch.Records = append(batch.Records, events.SQSMessage{MessageId: *m.MessageId, Body: *m.Body, Attributes: m.Attributes})
	}
	payload, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	var answer events.SQSEventResponse
	raw, err := writer.Invoke(t.Context(), payload)
	if err == nil {
		err = json.Unmarshal(raw, &answer)
	}
	if err != nil || len(answer.BatchItemFailures) > 0 {
		t.Fatalf("%v: %s\n%s", err, raw, writer.Output())
	}
	for _, m := range out.Messages {
		if _, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestQueuedBinaries holds the functions api and writer, with a FIFO queue between
// them, to the contract behind a front door.
func TestQueuedBinaries(t *testing.T) {
	i, err := issuer.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	server := localaws.Start(t)
	client := sqs.NewFromConfig(server.Config)
	queue, dead := server.FIFO(t, "commands"), server.FIFO(t, "dead")
	binaries := runtimeapi.Build(t, "fulcrum/lambdas/cmd/api", "fulcrum/lambdas/cmd/writer", "fulcrum/lambdas/cmd/notification", "fulcrum/lambdas/cmd/search")
	settings := append(server.Environment(), "CONSISTENCY=strong", "LOG_LEVEL=warn", "COMMAND_QUEUE="+queue, "COMMAND_DEAD_LETTERS="+dead,
		"TOKEN_ISSUER="+i.URL, "TOKEN_CLIENTS="+issuer.Client, "ALLOWED_ORIGINS="+origin)
	f := start(t, server, binaries, "queued", settings)
	writer, err := runtimeapi.Start(filepath.Join(binaries, "writer"), append(settings, "STORE_TABLE="+f.store)...)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	door := localdoor.Door{Form: localdoor.HTTPAPI, Stage: "live", Invoke: f.api.Invoke}
	contract.Run(t, contract.System{
		Client: contract.Patient{
			Client: contract.HTTP{URL: "https://dinner.example/live", Client: &http.Client{Transport: door}},
			Settle: func() { write(t, client, queue, writer) },
		},
		Token: tokens(t, i), Forged: forged(t, i), Origin: origin, Settle: f.settle,
	})
	if left, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &dead}); err != nil || len(left.Messages) > 0 {
		t.Errorf("given up: %v, %v", left.Messages, err)
	}
}
