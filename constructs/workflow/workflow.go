// Package workflow defines an Express state machine of Step Functions whose steps
// one function does, with a key, a log, traces and a queue for what it could not
// undo.
//
// It is for processes that a caller waits for, whose steps can be repeated: a run
// takes five minutes at most, is paid for by its time, and leaves no history but its
// log. A Standard machine, which this package leaves out, runs for up to a year and
// exactly once, at a price for each step.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
package workflow

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/alarm"
	"fulcrum/constructs/internal/deadletter"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Workflow. The zero value of an optional field means its
// default.
type Props struct {
	// Definition is the path of the state machine in the Amazon States Language. In
	// it "${Steps}" stands for the function, "${DeadLetters}" for the queue's URL.
	// Required.
	Definition string
	// Operation is the command that the machine carries out, "Reserve Seat".
	// Required.
	Operation string
	// Steps does the machine's steps. Required.
	Steps awslambda.IFunction
	// Key encrypts the definition, what runs carry, and dead letters. Required.
	Key *keys.Key
	// DataClass is the class of data that runs carry. Default: the key's.
	DataClass string
	// LogKey encrypts the log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the log is kept, rounded down to a period that CloudWatch
	// Logs has. Default: 30 days.
	LogDays int
	// Alarms hears of dead letters and of runs that fail. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes queue and log with their stack. Default: they stay.
	Sandbox bool
}

// Workflow is a state machine and the resources defined with it.
type Workflow struct {
	Machine awsstepfunctions.CfnStateMachine
	// Role is what the machine acts as.
	Role awsiam.Role
	Log  awslogs.LogGroup
	// DeadLetter keeps what a run could not undo.
	DeadLetter *deadletter.Queue
	// Failing is in alarm while runs fail.
	Failing awscloudwatch.Alarm
	key     *keys.Key
}

const (
	defaultLogDays = 30
	// reuse is how long the machine uses one data key.
	reuse = 5 * time.Minute
	// longest is how long a run of an Express machine may take.
	// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
	longest = 5 * time.Minute
)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Operation != "", "Operation")
	found.Required(p.Steps != nil, "Steps")
	found.Required(p.Key != nil, "Key")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	if p.Definition == "" {
		found.Required(false, "Definition")
		return found.Err()
	}
	text, err := os.ReadFile(p.Definition)
	if err != nil {
		found.Check(false, "Definition", "%v", err)
		return found.Err()
	}
	var machine struct {
		StartAt        string
		TimeoutSeconds float64
		States         map[string]any
	}
	if err := json.Unmarshal(text, &machine); err != nil {
		found.Check(false, "Definition", "%s is not JSON: %v", p.Definition, err)
		return found.Err()
	}
	found.Check(machine.States[machine.StartAt] != nil, "Definition", "%s starts at %q, a state it does not have", p.Definition, machine.StartAt)
	found.Check(machine.TimeoutSeconds > 0 && machine.TimeoutSeconds <= longest.Seconds(), "Definition",
		"%s has TimeoutSeconds %v; an Express machine needs one from 1 to %v", p.Definition, machine.TimeoutSeconds, longest.Seconds())
	return found.Err()
}

// New defines a workflow called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Workflow {
	props.Must("workflow", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	p.Key.AllowStateMachineLogs()

	w := &Workflow{key: p.Key}
	w.DeadLetter = deadletter.New(scope, "DeadLetter", deadletter.Props{
		Key: p.Key, DataClass: p.DataClass, Holds: "these runs of " + p.Operation + " could not undo what they had done",
		Alarms: p.Alarms, Sandbox: p.Sandbox,
	})
	w.Log = loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	w.Role = w.newRole(scope, p)
	w.Machine = w.newMachine(scope, p)
	w.Failing = newAlarm(scope, p, w.Machine)
	return w
}

func (w *Workflow) newMachine(scope constructs.Construct, p Props) awsstepfunctions.CfnStateMachine {
	definition, err := os.ReadFile(p.Definition)
	if err != nil {
		panic(fmt.Sprintf("workflow: %v", err)) // Validate has read it
	}
	encryption := &awsstepfunctions.CfnStateMachine_EncryptionConfigurationProperty{Type: jsii.String("AWS_OWNED_KEY")}
	if p.Key.Own() {
		encryption = &awsstepfunctions.CfnStateMachine_EncryptionConfigurationProperty{
			Type: jsii.String("CUSTOMER_MANAGED_KMS_KEY"), KmsKeyId: p.Key.ARN(), KmsDataKeyReusePeriodSeconds: jsii.Number(reuse.Seconds()),
		}
	}
	machine := awsstepfunctions.NewCfnStateMachine(scope, jsii.String("Resource"), &awsstepfunctions.CfnStateMachineProps{
		StateMachineType: jsii.String("EXPRESS"),
		RoleArn:          w.Role.RoleArn(),
		DefinitionString: jsii.String(string(definition)),
		DefinitionSubstitutions: map[string]any{
			"Steps":       p.Steps.FunctionArn(),
			"DeadLetters": w.DeadLetter.SQS.QueueUrl(),
		},
		EncryptionConfiguration: encryption,
		LoggingConfiguration: &awsstepfunctions.CfnStateMachine_LoggingConfigurationProperty{
			// An Express machine has no other history. What runs carry is personal and
			// stays out of it.
			Level:                jsii.String("ALL"),
			IncludeExecutionData: jsii.Bool(false),
			Destinations: []any{&awsstepfunctions.CfnStateMachine_LogDestinationProperty{
				CloudWatchLogsLogGroup: &awsstepfunctions.CfnStateMachine_CloudWatchLogsLogGroupProperty{LogGroupArn: w.Log.LogGroupArn()},
			}},
		},
		TracingConfiguration: &awsstepfunctions.CfnStateMachine_TracingConfigurationProperty{Enabled: jsii.Bool(true)},
	})
	// Step Functions checks that the role may log, so it must have its policy by
	// then; a reference to the role alone does not say so.
	machine.Node().AddDependency(w.Role.Node().FindChild(jsii.String("DefaultPolicy")))
	annotate.Role(machine, role.Workflow, annotate.Attributes{annotate.DataClass: p.DataClass, "operation": p.Operation})
	return machine
}

// newRole defines what the machine acts as. Only state machines of this account may
// take it: the machine's own ARN would close a circle, since it names its role.
func (w *Workflow) newRole(scope constructs.Construct, p Props) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	machines := machines(stack)
	actor := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("states.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": *stack.Account()},
				"ArnLike":      map[string]any{"aws:SourceArn": machines},
			},
		}),
	})
	allow := func(sid, resource string, conditions map[string]any, actions ...string) {
		var when *map[string]any
		if conditions != nil {
			when = &conditions
		}
		actor.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String(sid), Actions: jsii.Strings(actions...), Resources: jsii.Strings(resource), Conditions: when,
		}))
	}
	allow("RunSteps", *p.Steps.FunctionArn(), nil, "lambda:InvokeFunction")
	w.DeadLetter.SQS.GrantSendMessages(actor)
	if p.Key.Own() {
		// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
		arn := *p.Key.ARN()
		allow("UseOwnKey", arn, map[string]any{"StringLike": map[string]any{
			"kms:EncryptionContext:aws:states:stateMachineArn": machines,
		}}, "kms:Decrypt", "kms:GenerateDataKey")
		allow("EncryptLog", arn, map[string]any{"StringLike": map[string]any{
			"kms:EncryptionContext:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("logs"), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
			}),
		}}, "kms:GenerateDataKey")
	}
	// AWS knows no resource for any of these.
	// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
	allow("DeliverLog", "*", nil, "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
		"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups")
	annotate.AcknowledgeGrants(actor)
	annotate.Acknowledge(actor, "Neither the delivery of logs nor X-Ray's actions for sending traces are on a resource that could be named.", "AwsSolutions-IAM5[Resource::*]")
	allow("Trace", "*", nil, "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets")
	return actor
}

// machines are the state machines of the account and Region.
func machines(stack awscdk.Stack) string {
	return *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("states"), Resource: jsii.String("stateMachine"), ResourceName: jsii.String("*"),
		ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	})
}

// ARN returns the machine's ARN.
func (w *Workflow) ARN() string { return *w.Machine.AttrArn() }

// Interfaces are the endpoints through which private subnets run machines.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/vpc-endpoints.html
func Interfaces() []string { return []string{"sync-states"} }

// GrantRun lets grantee run the machine and wait for its end.
func (w *Workflow) GrantRun(grantee awsiam.IGrantable) {
	grantee.GrantPrincipal().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Run"), Actions: jsii.Strings("states:StartSyncExecution"), Resources: jsii.Strings(w.ARN()),
	}))
	if !w.key.Own() {
		return
	}
	grantee.GrantPrincipal().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("ReadRun"), Actions: jsii.Strings("kms:Decrypt"), Resources: jsii.Strings(*w.key.ARN()),
		Conditions: &map[string]any{"StringEquals": map[string]any{"kms:EncryptionContext:aws:states:stateMachineArn": w.ARN()}},
	}))
}

func newAlarm(scope constructs.Construct, p Props, machine awsstepfunctions.CfnStateMachine) awscloudwatch.Alarm {
	return alarm.New(scope, "Failing", alarm.Props{
		Says: "Runs of " + p.Operation + " fail: their steps' errors outlast the retries",
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     jsii.String("AWS/States"),
			MetricName:    jsii.String("ExecutionsFailed"),
			DimensionsMap: &map[string]*string{"StateMachineArn": machine.AttrArn()},
			Statistic:     awscloudwatch.Stats_SUM(),
			Period:        awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Alarms: p.Alarms,
	})
}
