package lookup_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/lookup"
)

const program = "../function/testdata/program"

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Lookups", func(stack awscdk.Stack) {
		read := lookup.NewOutputs(stack, "Edge", lookup.OutputsProps{
			Lookup: lookup.New(stack, "Lookup", lookup.Props{
				Directory: program, Key: keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}), Sandbox: true,
			}),
			Stack: *awscdk.Aws_STACK_NAME() + "-Edge", Region: "us-east-1", Outputs: []string{"WebAclArn"},
		})
		awscdk.NewCfnOutput(stack, jsii.String("ACL"), &awscdk.CfnOutputProps{Value: jsii.String(read.Get("WebAclArn"))})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Perimeter-Waf"), nil)
	l := lookup.New(stack, "Lookup", lookup.Props{Directory: program, Key: keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})})
	lookup.NewOutputs(stack, "Edge", lookup.OutputsProps{
		Lookup: l, Stack: "Perimeter-Waf-Edge", Region: "us-east-1", Outputs: []string{"WebAclArn"},
	}).Get("WebAclArn")
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

// TestReads wants the one stack asked, in its Region, and no more allowed.
func TestReads(t *testing.T) {
	read := template.One("Custom::StackOutputs")
	for property, want := range map[string]string{
		"Region": "us-east-1", "Outputs": `["WebAclArn"]`, "Stack": `{"Fn::Join":["",[{"Ref":"AWS::StackName"},"-Edge"]]}`,
	} {
		if got := read.Properties.At(property).String(); got != want {
			t.Errorf("%s is %s, want %s", property, got, want)
		}
	}
	found := 0
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		for _, s := range policy.Properties.At("PolicyDocument", "Statement").List() {
			if s.At("Action").Value != "cloudformation:DescribeStacks" {
				continue
			}
			found++
			if got := s.At("Resource").String(); !strings.Contains(got, `"arn:aws:cloudformation:us-east-1:"`) || !strings.Contains(got, `"-Edge/*"`) {
				t.Errorf("may ask %s", got)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d statements let it ask, want 1", found)
	}
	if on, ok := read.DependsOn.([]any); !ok || len(on) == 0 {
		t.Error("may be asked before it has its rights")
	}
}

func TestValidate(t *testing.T) {
	for _, want := range []string{"Directory: missing", "Key: missing", "LogDays: -1"} {
		if err := (lookup.Props{LogDays: -1}).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	for _, want := range []string{"Lookup: missing", "Stack: missing", "Region: missing", `Outputs[0]: "a-b"`} {
		if err := (lookup.OutputsProps{Outputs: []string{"a-b"}}).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
