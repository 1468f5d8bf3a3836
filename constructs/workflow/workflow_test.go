package workflow_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/workflow"
)

const definition = "testdata/one.asl.json"

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Workflows", func(stack awscdk.Stack) {
		steps := awslambda.Function_FromFunctionArn(stack, jsii.String("Steps"), jsii.String("arn:aws:lambda:eu-west-1:111122223333:function:steps"))
		w := workflow.New(stack, "Own", workflow.Props{
			Definition: definition, Operation: "Reserve Seat", Steps: steps, LogDays: 100,
			Key:    keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
			LogKey: keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
		})
		w.GrantRun(awsiam.NewRole(stack, jsii.String("Caller"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()}))
		owned := workflow.New(stack, "Owned", workflow.Props{
			Definition: definition, Operation: "Cancel Seat", Steps: steps, Key: keys.AWSOwned("bookings"), Sandbox: true,
		})
		owned.GrantRun(awsiam.NewRole(stack, jsii.String("Other"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()}))
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Coordination-Orchestration"), nil)
	workflow.New(stack, "Saga", workflow.Props{
		Definition: definition,
		Operation:  "Reserve Seat",
		Steps:      awslambda.Function_FromFunctionArn(stack, jsii.String("Steps"), jsii.String("arn:aws:lambda:eu-west-1:111122223333:function:steps")),
		Key:        keys.New(stack, "Bookings", keys.Props{DataClass: "bookings"}),
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if strings.HasPrefix(problem, "Owned") && strings.HasSuffix(problem, "has no customer-managed key") {
			continue // as asked
		}
		if strings.Contains(problem, "RoleDefaultPolicy") && (strings.Contains(problem, "logs:CreateLogDelivery") || strings.Contains(problem, "xray:PutTraceSegments")) {
			continue // AWS knows no resource for these
		}
		t.Error(problem)
	}
}

// machine returns the state machine of the workflow called id.
func machine(t *testing.T, id string) synth.Resource {
	t.Helper()
	for _, r := range template.WithRole("workflow") {
		if strings.HasPrefix(r.ID, id) && (id != "Own" || !strings.HasPrefix(r.ID, "Owned")) {
			return r
		}
	}
	t.Fatalf("no machine %s", id)
	return synth.Resource{}
}

func TestMachine(t *testing.T) {
	text, err := os.ReadFile(definition)
	if err != nil {
		t.Fatal(err)
	}
	own, owned := machine(t, "Own"), machine(t, "Owned")
	for _, x := range []struct {
		what string
		got  synth.Node
		want string
	}{
		{"type", own.Properties.At("StateMachineType"), "EXPRESS"},
		{"definition", own.Properties.At("DefinitionString"), string(text)},
		{"function", own.Properties.At("DefinitionSubstitutions", "Steps"), "arn:aws:lambda:eu-west-1:111122223333:function:steps"},
		{"log", own.Properties.At("LoggingConfiguration", "Level"), "ALL"},
		{"what is logged", own.Properties.At("LoggingConfiguration", "IncludeExecutionData"), "false"},
		{"traces", own.Properties.At("TracingConfiguration", "Enabled"), "true"},
		{"key", own.Properties.At("EncryptionConfiguration", "Type"), "CUSTOMER_MANAGED_KMS_KEY"},
		{"no key", owned.Properties.At("EncryptionConfiguration"), `{"Type":"AWS_OWNED_KEY"}`},
	} {
		if x.got.String() != x.want {
			t.Errorf("%s: %s, want %s", x.what, x.got, x.want)
		}
	}
	letters := template.Resources[own.Properties.At("DefinitionSubstitutions", "DeadLetters", "Ref").String()]
	if kind, _ := letters.Role(); kind != "dead-letter" {
		t.Errorf("what could not be undone goes to %q", letters.ID)
	}
	policy := false
	for _, on := range (synth.Node{Value: own.DependsOn}).List() {
		policy = policy || strings.Contains(on.String(), "DefaultPolicy")
	}
	if !policy {
		t.Error("the machine does not wait for its role's policy")
	}
}

// statements returns the policy statements of a role, by their Sid.
func statements(role string) map[string]synth.Node {
	found := map[string]synth.Node{}
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if p.Properties.At("Roles", 0, "Ref").String() != role {
			continue
		}
		for _, s := range p.Properties.At("PolicyDocument", "Statement").List() {
			found[s.At("Sid").String()] = s
		}
	}
	return found
}

// TestRole wants the machine to invoke the one function, and its key to be used for
// state machines only.
func TestRole(t *testing.T) {
	id := machine(t, "Own").Properties.At("RoleArn", "Fn::GetAtt", 0).String()
	got := statements(id)
	if s := got["RunSteps"]; s.At("Action").String() != "lambda:InvokeFunction" || s.At("Resource").String() != "arn:aws:lambda:eu-west-1:111122223333:function:steps" {
		t.Errorf("steps: %s", s)
	}
	if s := got["UseOwnKey"]; s.At("Action").String() != `["kms:Decrypt","kms:GenerateDataKey"]` || !strings.Contains(s.At("Condition").String(), "kms:EncryptionContext:aws:states:stateMachineArn") {
		t.Errorf("key: %s", s)
	}
	trust := template.Resources[id].Properties.At("AssumeRolePolicyDocument", "Statement", 0)
	if trust.At("Principal", "Service").String() != "states.amazonaws.com" || trust.At("Condition", "StringEquals", "aws:SourceAccount").Value == nil || trust.At("Condition", "ArnLike", "aws:SourceArn").Value == nil {
		t.Errorf("the role is trusted with %s", trust)
	}
	if other := statements(machine(t, "Owned").Properties.At("RoleArn", "Fn::GetAtt", 0).String()); other["UseOwnKey"].Value != nil || other["RunSteps"].Value == nil {
		t.Errorf("without a key of its own: %v", other)
	}
}

func TestCallers(t *testing.T) {
	for prefix, want := range map[string][]string{"Caller": {"ReadRun", "Run"}, "Other": {"Run"}} {
		var role string
		for _, r := range template.OfType("AWS::IAM::Role") {
			if strings.HasPrefix(r.ID, prefix) {
				role = r.ID
			}
		}
		var sids []string
		for sid, s := range statements(role) {
			sids = append(sids, sid)
			if sid == "Run" && (s.At("Action").String() != "states:StartSyncExecution" || template.Resources[s.At("Resource", "Fn::GetAtt", 0).String()].Type != "AWS::StepFunctions::StateMachine") {
				t.Errorf("%s may %s", prefix, s)
			}
		}
		slices.Sort(sids)
		if !slices.Equal(sids, want) {
			t.Errorf("%s has %v, want %v", prefix, sids, want)
		}
	}
}

func TestSandbox(t *testing.T) {
	for _, r := range template.Resources {
		if want := map[bool]string{true: "Delete", false: "Retain"}[strings.HasPrefix(r.ID, "Owned")]; r.Type == "AWS::SQS::Queue" && r.DeletionPolicy != want {
			t.Errorf("%s: %s, want %s", r.ID, r.DeletionPolicy, want)
		}
	}
}

func TestValidate(t *testing.T) {
	file := func(content string) string {
		path := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, x := range []struct {
		props workflow.Props
		want  []string
	}{
		{workflow.Props{LogDays: -1}, []string{"Definition: missing", "Operation: missing", "Steps: missing", "Key: missing", "LogDays: -1"}},
		{workflow.Props{Definition: "testdata/none.json"}, []string{"Definition: open testdata/none.json"}},
		{workflow.Props{Definition: file("{")}, []string{"is not JSON"}},
		{workflow.Props{Definition: file(`{"StartAt":"A","States":{}}`)}, []string{`starts at "A"`, "TimeoutSeconds 0"}},
		{workflow.Props{Definition: file(`{"StartAt":"A","States":{"A":{}},"TimeoutSeconds":301}`)}, []string{"TimeoutSeconds 301; an Express machine needs one from 1 to 300"}},
	} {
		err := x.props.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
}
