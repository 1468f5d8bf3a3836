package outbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/function"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/outbox"
	"fulcrum/constructs/table"
	"fulcrum/design/role"
)

// readBy defines a reader, of a table with a witness, in a stack.
func readBy(stack awscdk.Stack, events *keys.Key) {
	dir, err := os.MkdirTemp("", "outbox")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte("x"), 0o700); err != nil { //nolint:gosec // a program must be executable
		panic(err)
	}
	outbox.NewReader(stack, "Reader", outbox.ReaderProps{
		Table: table.New(stack, "Strong", table.Props{
			Key: keys.New(stack, "StrongKey", keys.Props{DataClass: "strong"}), PartitionKey: "pk", Stream: true, Witness: "eu-west-3",
			Replicas: []table.Replica{{Region: "eu-central-1", KeyARN: "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}},
		}),
		Bus: bus.New(stack, "ReadersBus", bus.Props{Key: events, ArchiveDays: 30}), Key: events, Events: []string{"Dinner Created"},
		Function: function.New(stack, "Publisher", function.Props{Directory: dir, Service: "outbox", Key: events, Role: role.Pipe}).Lambda,
	})
}

// TestReader wants the function called for images that may hold events, failures to be
// tried again one by one and to end as dead letters, and the function to change items
// and to put events onto the one bus, and nothing else.
func TestReader(t *testing.T) {
	p := template.One("AWS::Lambda::EventSourceMapping").Properties
	for what, x := range map[string][2]string{
		"filter": {p.At("FilterCriteria", "Filters", 0, "Pattern").String(), `{"dynamodb":{"NewImage":{"handed":{"S":["no"]}}}}`},
		"start":  {p.At("StartingPosition").String(), "TRIM_HORIZON"},
		"halves": {p.At("BisectBatchOnFunctionError").String(), "true"},
		"report": {p.At("FunctionResponseTypes").String(), `["ReportBatchItemFailures"]`},
	} {
		if x[0] != x[1] {
			t.Errorf("%s: %s, want %s", what, x[0], x[1])
		}
	}
	dead := p.At("DestinationConfig", "OnFailure", "Destination", "Fn::GetAtt", 0).String()
	if kind, _ := template.Resources[dead].Role(); kind != "dead-letter" {
		t.Errorf("what fails goes to %q", dead)
	}
	var may []string
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(policy.ID, "Publisher") && !strings.HasPrefix(policy.ID, "Reader") {
			continue
		}
		for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
			for _, a := range s.At("Action").List() {
				if text := a.String(); strings.HasPrefix(text, "dynamodb:") || strings.HasPrefix(text, "events:") {
					may = append(may, text)
				}
			}
		}
	}
	const want = "dynamodb:UpdateItem events:PutEvents dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams"
	if got := strings.Join(may, " "); got != want {
		t.Errorf("it may %s", got)
	}
	publisher := template.One("AWS::Lambda::Function")
	if kind, about := publisher.Role(); kind != "pipe" || about["events"] == nil {
		t.Errorf("the function is a %s about %v", kind, about)
	}
}

func TestReaderValidate(t *testing.T) {
	err := outbox.ReaderProps{MaxDelay: -1}.Validate()
	for _, want := range []string{"Table: missing", "Bus: missing", "Function: missing", "Key: missing", "MaxDelay"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
