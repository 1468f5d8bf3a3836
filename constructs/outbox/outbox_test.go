package outbox_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/bus"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/outbox"
	"fulcrum/constructs/table"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Outboxes", func(stack awscdk.Stack) {
		events := keys.New(stack, "Events", keys.Props{DataClass: "events"})
		readBy(stack, events)
		outbox.New(stack, "Outbox", outbox.Props{
			Table: table.New(stack, "Store", table.Props{
				Key:          keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
				PartitionKey: "pk",
				Stream:       true,
			}).Dynamo,
			Bus:    bus.New(stack, "Bus", bus.Props{Key: events, ArchiveDays: 30}).Events,
			Key:    events,
			LogKey: keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	events := keys.New(stack, "Events", keys.Props{DataClass: "events"})
	store := table.New(stack, "Store", table.Props{
		Key:          keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
		PartitionKey: "pk",
		SortKey:      "sk",
		Stream:       true,
	})
	outbox.New(stack, "Outbox", outbox.Props{
		Table:  store.Dynamo,
		Bus:    bus.New(stack, "Bus", bus.Props{Key: events, ArchiveDays: 30}).Events,
		Key:    events,
		MaxAge: 12 * time.Hour,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the reader's function traces; package function says why that is so
			t.Error(problem)
		}
	}
}

func TestPipe(t *testing.T) {
	pipe := template.One("AWS::Pipes::Pipe")
	source := pipe.Properties.At("SourceParameters", "DynamoDBStreamParameters")
	target := pipe.Properties.At("TargetParameters", "EventBridgeEventBusParameters")
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"from", pipe.Properties.At("Source"), `{"Fn::GetAtt":["` + template.WithRole("store")[0].ID + `","StreamArn"]}`},
		{"to", pipe.Properties.At("Target"), `{"Fn::GetAtt":["` + template.WithRole("bus")[0].ID + `","Arn"]}`},
		{"filter", pipe.Properties.At("SourceParameters", "FilterCriteria", "Filters", 0, "Pattern"),
			`{"dynamodb":{"NewImage":{"kind":{"S":["event"]}}},"eventName":["INSERT"]}`},
		{"source", target.At("Source"), "$.dynamodb.NewImage.source.S"},
		{"detail type", target.At("DetailType"), "$.dynamodb.NewImage.type.S"},
		{"start", source.At("StartingPosition"), "TRIM_HORIZON"},
		{"batch", source.At("BatchSize"), "10"},
		{"retries", source.At("MaximumRetryAttempts"), "20"},
		{"age", source.At("MaximumRecordAgeInSeconds"), "21600"},
		{"failing batch", source.At("OnPartialBatchItemFailure"), "AUTOMATIC_BISECT"},
		{"parallel", source.At("ParallelizationFactor"), "1"},
		{"log", pipe.Properties.At("LogConfiguration", "Level"), "ERROR"},
		{"payloads in the log", pipe.Properties.At("LogConfiguration", "IncludeExecutionData"), "null"},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	dead := source.At("DeadLetterConfig", "Arn", "Fn::GetAtt", 0).String()
	if kind, _ := template.Resources[dead].Role(); kind != "dead-letter" {
		t.Errorf("what fails goes to %q", dead)
	}
}

// TestDetail fills the template in as the Pipes page says, and reads the result
// as a consumer would.
func TestDetail(t *testing.T) {
	input := template.One("AWS::Pipes::Pipe").Properties.At("TargetParameters", "InputTemplate").String()
	variable := regexp.MustCompile(`<\$\.dynamodb\.NewImage\.([A-Za-z]+)\.([SN])>`)
	seen := map[string]bool{}
	filled := variable.ReplaceAllStringFunc(input, func(v string) string {
		seen[variable.FindStringSubmatch(v)[1]] = true
		quoted, err := json.Marshal("the " + variable.FindStringSubmatch(v)[1])
		if err != nil {
			t.Fatal(err)
		}
		return string(quoted)
	})
	var detail map[string]any
	if err := json.Unmarshal([]byte(filled), &detail); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, filled)
	}
	text, err := json.Marshal(detail)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"aggregate":{"id":"the aggregateId","type":"the aggregate"},"data":"the data","id":"the id",` +
		`"occurredAt":"the occurredAt","trace":"the trace","type":"the type","version":"the version"}`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	for _, private := range []string{"pk", "sk", "expiresAt", "source"} {
		if seen[private] {
			t.Errorf("the detail shows %s", private)
		}
	}
}

// ofOutbox returns the one resource of a type that the outbox with a pipe defines.
func ofOutbox(t *testing.T, kind string) synth.Resource {
	t.Helper()
	var found []synth.Resource
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, "Outbox") {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d of %s", len(found), kind)
	}
	return found[0]
}

func TestRole(t *testing.T) {
	trust := ofOutbox(t, "AWS::IAM::Role").Properties.At("AssumeRolePolicyDocument", "Statement", 0)
	if trust.At("Principal", "Service").Value != "pipes.amazonaws.com" ||
		trust.At("Condition", "StringEquals", "aws:SourceAccount", "Ref").Value != "AWS::AccountId" ||
		!strings.Contains(trust.At("Condition", "ArnLike", "aws:SourceArn").String(), "arn:aws:pipes:eu-west-1:") {
		t.Errorf("who may be the pipe: %s", trust)
	}
	allowed := map[string]bool{
		"dynamodb:DescribeStream": true, "dynamodb:GetRecords": true, "dynamodb:GetShardIterator": true, "dynamodb:ListStreams": true,
		"events:PutEvents": true, "sqs:SendMessage": true, "sqs:GetQueueAttributes": true, "sqs:GetQueueUrl": true,
		"logs:CreateLogStream": true, "logs:PutLogEvents": true, "kms:DescribeKey": true, "kms:Decrypt": true, "kms:Encrypt": true,
		"kms:GenerateDataKey": true, "kms:GenerateDataKey*": true, "kms:ReEncrypt*": true,
	}
	policy := ofOutbox(t, "AWS::IAM::Policy")
	for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
		for _, action := range s.At("Action").List() {
			if !allowed[action.String()] {
				t.Errorf("the pipe may %s on %s", action, s.At("Resource"))
			}
		}
	}
	pipe := template.One("AWS::Pipes::Pipe")
	if on := (synth.Node{Value: pipe.DependsOn}).List(); len(on) != 1 || on[0].Value != policy.ID {
		t.Errorf("the pipe waits for %v, want its role's policy", on)
	}
}

func TestValidate(t *testing.T) {
	err := outbox.Props{LogDays: -1, BatchSize: 11, Retries: -1, MaxAge: time.Second, Parallelization: 11}.Validate()
	for _, want := range []string{
		"Table: missing", "Bus: missing", "Key: missing", "LogDays: -1", "BatchSize: 11", "Retries: -1", "MaxAge: 1s", "Parallelization: 11",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}

func TestValidateWantsAStream(t *testing.T) {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Without"), nil)
	still := table.New(stack, "Store", table.Props{Key: keys.New(stack, "Key", keys.Props{DataClass: "bookings"}), PartitionKey: "pk"})
	if err := (outbox.Props{Table: still.Dynamo}).Validate(); err == nil || !strings.Contains(err.Error(), "Table: it has no stream") {
		t.Errorf("got %v", err)
	}
}
