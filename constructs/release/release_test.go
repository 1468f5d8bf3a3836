package release_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/release"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Release", func(stack awscdk.Stack) {
		key := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		program := func(id string) *function.Function {
			return function.New(stack, id, function.Props{Directory: "../function/testdata/program", Service: "api", Key: key})
		}
		release.New(stack, "Release", release.Props{Function: program("Api").Lambda, Check: program("Check").Lambda})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Release-Alias"), nil)
	key := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	program := func(name string) *function.Function {
		return function.New(stack, name, function.Props{Directory: ".build/functions/" + name, Service: "api", Key: key})
	}
	release.New(stack, "Release", release.Props{Function: program("api").Lambda, Check: program("pretraffic").Lambda})
}

// TestCheckKnowsTheNewVersionFirst wants the alias to move after the function that
// checks, whose environment names the version and whose role may call it.
func TestCheckKnowsTheNewVersionFirst(t *testing.T) {
	after := func(r synth.Resource) string { return (synth.Node{Value: r.DependsOn}).String() }
	check := template.Resources[template.One("AWS::Lambda::Alias").UpdatePolicy.At("CodeDeployLambdaAliasUpdate", "BeforeAllowTrafficHook", "Ref").String()]
	if on := after(template.One("AWS::Lambda::Alias")); !strings.Contains(on, `"`+check.ID+`"`) {
		t.Errorf("the alias waits for %s, not for %s", on, check.ID)
	}
	if on := after(check); !strings.Contains(on, `"CheckRoleDefaultPolicy`) {
		t.Errorf("%s waits for %s, not for its rights", check.ID, on)
	}
	if circle := template.Circle(); circle != nil {
		t.Errorf("a circle: %v", circle)
	}
}

// TestShift wants the alias to move by CodeDeploy, a tenth first, after the check,
// and back when calls fail.
func TestShift(t *testing.T) {
	alias := template.One("AWS::Lambda::Alias")
	update := alias.UpdatePolicy.At("CodeDeployLambdaAliasUpdate")
	if !strings.HasPrefix(update.At("BeforeAllowTrafficHook", "Ref").String(), "Check") || update.At("DeploymentGroupName").Value == nil {
		t.Errorf("the alias moves by %s", update)
	}
	group := template.One("AWS::CodeDeploy::DeploymentGroup").Properties
	if got := group.At("DeploymentConfigName").String(); got != "CodeDeployDefault.LambdaCanary10Percent5Minutes" {
		t.Errorf("configuration %s", got)
	}
	if got := group.At("AutoRollbackConfiguration", "Events").String(); got != `["DEPLOYMENT_FAILURE","DEPLOYMENT_STOP_ON_REQUEST","DEPLOYMENT_STOP_ON_ALARM"]` {
		t.Errorf("rolled back at %s", got)
	}
	if alarm := group.At("AlarmConfiguration", "Alarms", 0, "Name", "Ref").String(); template.Resources[alarm].Type != "AWS::CloudWatch::Alarm" {
		t.Errorf("watched by %s", alarm)
	}
}

// TestCheck wants the check to know the version that comes, to be able to call it
// and to report on this deployment group, and nothing else.
func TestCheck(t *testing.T) {
	for _, f := range template.OfType("AWS::Lambda::Function") {
		if strings.HasPrefix(f.ID, "Check") {
			version := f.Properties.At("Environment", "Variables", "NEW_VERSION", "Ref").String()
			if template.Resources[version].Type != "AWS::Lambda::Version" {
				t.Errorf("checks %s", f.Properties.At("Environment"))
			}
		}
	}
	for _, p := range template.OfType("AWS::IAM::Policy") {
		if !strings.HasPrefix(p.ID, "CheckRole") {
			continue
		}
		text := p.Properties.String()
		if !strings.Contains(text, "codedeploy:PutLifecycleEventHookExecutionStatus") || !strings.Contains(text, "lambda:InvokeFunction") {
			t.Errorf("the check may %s", text)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := (release.Props{}).Validate(); err == nil || strings.Count(err.Error(), "missing") != 2 {
		t.Error(err)
	}
}
