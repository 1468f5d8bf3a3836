package tokenkeys_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/tokenkeys"
)

const issuer = "https://issuer.example.org/pool"

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Keys", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		k := tokenkeys.New(stack, "TokenKeys", tokenkeys.Props{
			Directory: "../function/testdata/program", Issuer: issuer, Key: telemetry, LogKey: telemetry,
		})
		server := awsiam.NewRole(stack, jsii.String("Server"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
		k.Table.GrantRead(server)
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Compute-Fargate"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	tokenkeys.New(stack, "TokenKeys", tokenkeys.Props{
		Directory: ".build/functions/tokenkeys",
		Issuer:    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
		Key:       telemetry,
		LogKey:    telemetry,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

// TestWritten wants keys to be there before the first server, and again every five
// minutes.
func TestWritten(t *testing.T) {
	f := template.One("AWS::Lambda::Function")
	resource, rule := template.One("Custom::TokenKeys"), template.One("AWS::Events::Rule")
	if token := resource.Properties.At("ServiceToken", "Fn::GetAtt", 0); token.Value != f.ID || resource.Properties.At("Issuer").Value != issuer {
		t.Errorf("published by %s for %s", token, resource.Properties.At("Issuer"))
	}
	if rule.Properties.At("ScheduleExpression").Value != "rate(5 minutes)" || rule.Properties.At("Targets", 0, "Arn", "Fn::GetAtt", 0).Value != f.ID {
		t.Errorf("again by %s", rule.Properties)
	}
	variables := f.Properties.At("Environment", "Variables")
	if variables.At("TOKEN_ISSUER").Value != issuer || variables.At("TOKEN_KEYS_TABLE", "Ref").Value != template.One("AWS::DynamoDB::GlobalTable").ID {
		t.Errorf("it is told %s", variables)
	}
	on := (synth.Node{Value: resource.DependsOn}).String()
	if !strings.Contains(on, "Policy") {
		t.Errorf("it is called before it may write: waits for %s", on)
	}
	alarm := template.One("AWS::CloudWatch::Alarm").Properties
	if alarm.At("MetricName").Value != "Errors" || alarm.At("TreatMissingData").Value != "breaching" || alarm.At("EvaluationPeriods").Value != 3.0 {
		t.Errorf("watched by %s", alarm)
	}
}

// TestWriters wants nobody but the function to write: whose keys are in the table,
// that one's tokens are taken.
func TestWriters(t *testing.T) {
	for _, policy := range template.OfType("AWS::IAM::Policy") {
		text := policy.Properties.At("PolicyDocument").String()
		function := strings.HasPrefix(policy.ID, "TokenKeysFunction")
		if writes := strings.Contains(text, "dynamodb:PutItem"); writes != function {
			t.Errorf("%s writes: %t", policy.ID, writes)
		}
		if reads := strings.Contains(text, "dynamodb:GetItem"); reads == function {
			t.Errorf("%s reads: %t", policy.ID, reads)
		}
	}
	table := template.One("AWS::DynamoDB::GlobalTable")
	if role, _ := table.Role(); role != "identity" || table.DeletionPolicy != "Delete" {
		t.Errorf("the table is %s and on deletion: %s", role, table.DeletionPolicy)
	}
}

func TestValidate(t *testing.T) {
	err := tokenkeys.Props{LogDays: -1}.Validate()
	for _, want := range []string{"Directory: missing", "Issuer: missing", "Key: missing", "LogKey: missing", "LogDays: -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
