package stream_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/stream"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Stream", func(stack awscdk.Stack) {
		key := keys.New(stack, "Events", keys.Props{DataClass: "events"})
		stream.New(stack, "Interest", stream.Props{
			Service: "search", Shards: 3, Key: key,
			Function: function.New(stack, "Counts", function.Props{Directory: "../function/testdata/program", Service: "search", Key: key}).Lambda,
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Search"), nil)
	key := keys.New(stack, "Events", keys.Props{DataClass: "events"})
	stream.New(stack, "Interest", stream.Props{
		Service: "search",
		Shards:  1,
		Key:     key,
		Function: function.New(stack, "Counts", function.Props{
			Directory: ".build/functions/interest", Service: "search", Key: key,
		}).Lambda,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

// TestStream wants the records under the key, and as many shards as asked for.
func TestStream(t *testing.T) {
	p := template.One("AWS::Kinesis::Stream").Properties
	if p.At("ShardCount").String() != "3" || p.At("StreamEncryption", "EncryptionType").String() != "KMS" ||
		!strings.HasPrefix(p.At("StreamEncryption", "KeyId", "Fn::GetAtt", 0).String(), "Events") {
		t.Errorf("stream %s", p)
	}
	if template.One("AWS::Kinesis::Stream").DeletionPolicy != "Retain" {
		t.Error("the stream goes with its stack")
	}
}

// TestFailures wants a batch that fails to be told apart, halved, tried a bounded
// number of times, and then noted where somebody looks.
func TestFailures(t *testing.T) {
	m := template.One("AWS::Lambda::EventSourceMapping").Properties
	for key, want := range map[string]string{
		"BisectBatchOnFunctionError": "true", "FunctionResponseTypes": `["ReportBatchItemFailures"]`, "MaximumRetryAttempts": "8", "StartingPosition": "TRIM_HORIZON",
	} {
		if got := m.At(key).String(); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	to := m.At("DestinationConfig", "OnFailure", "Destination", "Fn::GetAtt", 0).String()
	if role, _ := template.Resources[to].Role(); role != "dead-letter" {
		t.Errorf("what fails goes to %q", to)
	}
}

// TestGrants wants the function to read this stream and to send to these dead
// letters, and nothing else.
func TestGrants(t *testing.T) {
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(p.ID, "InterestRead") {
			continue
		}
		for _, s := range p.Properties.At("PolicyDocument", "Statement").List() {
			if s.At("Resource", "Fn::GetAtt").Value == nil {
				t.Errorf("%s on %s", s.At("Action"), s.At("Resource"))
			}
			if strings.Contains(s.At("Action").String(), "kinesis:Put") || strings.Contains(s.At("Action").String(), "*") {
				t.Errorf("the reader may %s", s.At("Action"))
			}
		}
		return
	}
	t.Error("no policy")
}

func TestValidate(t *testing.T) {
	err := stream.Props{Shards: 900, BatchSize: -1}.Validate()
	for _, want := range []string{"Service: missing", "Function: missing", "Key: missing", "Shards: 900", "BatchSize: -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}
