package consumer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/consumer"
	"fulcrum/constructs/keys"
)

func ExampleNewOrdered() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	var writer, api awslambda.IFunction
	commands := consumer.NewOrdered(stack, "Commands", consumer.Props{
		Service:         "writer",
		Function:        writer,
		FunctionTimeout: 30 * time.Second,
		Key:             keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
	}, []string{"Reserve Seat"})
	commands.GrantSend(api)
}

// TestOrdered wants both queues to be FIFO, the first with the quota of each group, and
// what waits behind a failing message to be received far more often than that.
func TestOrdered(t *testing.T) {
	for _, r := range template.WithRole("queue") {
		_, about := r.Role()
		if about["service"] != "writer" {
			continue
		}
		dead := template.Resources[r.Properties.At("RedrivePolicy", "deadLetterTargetArn", "Fn::GetAtt", 0).String()]
		for what, got := range map[string]string{
			"fifo true":                          "fifo " + r.Properties.At("FifoQueue").String(),
			"scope messageGroup":                 "scope " + r.Properties.At("DeduplicationScope").String(),
			"limit perMessageGroupId":            "limit " + r.Properties.At("FifoThroughputLimit").String(),
			"receives 20":                        "receives " + r.Properties.At("RedrivePolicy", "maxReceiveCount").String(),
			"seconds 172800":                     "seconds " + r.Properties.At("MessageRetentionPeriod").String(),
			"dead letters of the same kind true": "dead letters of the same kind " + dead.Properties.At("FifoQueue").String(),
		} {
			if got != what {
				t.Errorf("%s, want %s", got, what)
			}
		}
		return
	}
	t.Fatal("no queue of the writer")
}

func TestOrderedRefuses(t *testing.T) {
	defer func() {
		problem := fmt.Sprint(recover())
		for _, want := range []string{"commands: missing", "BatchSize: 11 within 1s", "Retention: 36h0m0s"} {
			if !strings.Contains(problem, want) {
				t.Errorf("got %v, want it to say %s", problem, want)
			}
		}
	}()
	consumer.NewOrdered(nil, "Commands", consumer.Props{BatchSize: 11, BatchWindow: time.Second, Retention: 36 * time.Hour}, nil)
}
