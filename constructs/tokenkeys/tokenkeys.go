// Package tokenkeys defines a copy of a token issuer's public keys that servers
// without a way to the internet read: a table, and the function that fills it
// before the first server starts and every five minutes from then on.
//
// Servers in private subnets cannot ask a Cognito user pool that has a domain: its
// VPC endpoint refuses to. They could leave the verification to the door, and then
// whatever reaches them past the door, by one mistaken rule, is believed. With the
// copy they verify every token themselves, at the price of a call every five
// minutes. A table and no bucket, because servers reach DynamoDB anyway; one of its
// own, because whoever may write it decides whose tokens are taken, and nobody but
// the function may. A program that can reach the issuer needs none of this.
//
// A key that the issuer adds is known to servers within a quarter of an hour. When
// the issuer cannot be asked, the copy stays as it was and the alarm tells.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html
package tokenkeys

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/table"
	"fulcrum/design/role"
)

// Props configures Keys. The zero value of an optional field means its default.
type Props struct {
	// Directory holds the program that copies the keys, an executable file called
	// "bootstrap" that reads TOKEN_ISSUER and TOKEN_KEYS_TABLE. Required.
	Directory string
	// Issuer is the "iss" of tokens, an https URL under which the keys are found at
	// /.well-known/jwks.json. Required.
	Issuer string
	// Key encrypts the table. Required.
	Key *keys.Key
	// LogKey encrypts the program's environment and log. Required.
	LogKey *keys.Key
	// LogDays is how long that log is kept. Default: 30 days.
	LogDays int
	// Alarms hears when the issuer's keys could not be copied. Default: nobody.
	Alarms awssns.ITopic
	// Sandbox deletes the log with its stack. The table goes in any stage: what is
	// in it is public, and copied again. Default: the log stays.
	Sandbox bool
}

// Keys is the copy of an issuer's keys and the resources defined with it.
type Keys struct {
	Table *table.Table
	// Published is there once the keys are: servers depend on it.
	Published awscdk.CustomResource
	Failing   awscloudwatch.Alarm
}

const (
	interval = 5 * time.Minute
	timeout  = 30 * time.Second
)

// New defines Keys called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Keys {
	props.Must("tokenkeys", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	copied := table.New(scope, "Table", table.Props{
		Key: p.Key, PartitionKey: "pk", SortKey: "sk", Role: role.Identity, RecoveryDays: 1, Sandbox: true,
	})
	f := function.New(scope, "Function", function.Props{
		Directory:   p.Directory,
		Service:     "token-keys",
		Description: "Copies the public keys of the token issuer",
		Environment: map[string]string{"TOKEN_ISSUER": p.Issuer, "TOKEN_KEYS_TABLE": *copied.Dynamo.TableName()},
		MemoryMB:    128,
		Timeout:     timeout,
		Key:         p.LogKey,
		LogDays:     p.LogDays,
		Role:        role.Identity,
		Sandbox:     p.Sandbox,
	})
	copied.GrantWrite(f.Lambda)
	rule := awsevents.NewRule(scope, jsii.String("Schedule"), &awsevents.RuleProps{
		Description: jsii.String("Copies the token issuer's keys"),
		Schedule:    awsevents.Schedule_Rate(js.Seconds(interval)),
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewLambdaFunction(f.Lambda, &awseventstargets.LambdaFunctionProps{
			// The next one comes soon enough, so there is nothing to keep of a failed one.
			MaxEventAge: js.Seconds(interval), RetryAttempts: jsii.Number(1),
		})},
	})
	annotate.Role(rule, role.Identity)
	published := awscdk.NewCustomResource(scope, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken:   f.Lambda.FunctionArn(),
		ServiceTimeout: js.Seconds(timeout + time.Minute),
		ResourceType:   jsii.String("Custom::TokenKeys"),
		RemovalPolicy:  awscdk.RemovalPolicy_DESTROY,
		Properties:     &map[string]any{"Issuer": p.Issuer},
	})
	published.Node().AddDependency(f.Role) // with its policy
	annotate.Role(published, role.Identity)
	return &Keys{Table: copied, Published: published, Failing: newAlarm(scope, p, f)}
}

// newAlarm tells of three failures in a row, a quarter of an hour. A function that
// is not called at all reports nothing, which counts too.
func newAlarm(scope constructs.Construct, p Props, f *function.Function) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String("Failing"), &awscloudwatch.AlarmProps{
		AlarmDescription: jsii.String("The token issuer's keys are not copied: servers will refuse tokens under a new key"),
		Metric: f.Lambda.MetricErrors(&awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_SUM(), Period: js.Seconds(interval),
		}),
		Threshold:          jsii.Number(0),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(3),
		TreatMissingData:   awscloudwatch.TreatMissingData_BREACHING,
	})
	annotate.Role(alarm, role.Alarm)
	if p.Alarms != nil {
		alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(p.Alarms))
	}
	return alarm
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Directory != "", "Directory")
	found.Required(p.Issuer != "", "Issuer")
	found.Required(p.Key != nil, "Key")
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for 30", p.LogDays)
	return found.Err()
}
