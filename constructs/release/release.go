// Package release defines how a new version of a function gets its traffic: an
// alias that CodeDeploy moves to it, a part first, after a function has checked it
// and for as long as no alarm rings.
//
// Choose it where versions of one function follow one another; choose two target
// groups or a canary of a REST API where two are to run side by side for longer.
//
// https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-lambda
package release

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscodedeploy"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Props configures a Release.
type Props struct {
	// Function is what is released; its newest version is the one that gets traffic.
	// Required.
	Function awslambda.Function
	// Check is called before a new version gets traffic, and reports to CodeDeploy.
	// Required.
	Check awslambda.Function
	// Alarms hears when a new version fails. Default: nobody.
	Alarms awssns.ITopic
}

// Release is an alias and the resources defined with it.
type Release struct {
	// Live is what gets the traffic.
	Live awslambda.Alias
	// Failing is in alarm while calls through the alias fail.
	Failing awscloudwatch.Alarm
}

// New defines a release called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Release {
	props.Must("release", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	version := p.Function.CurrentVersion()
	live := awslambda.NewAlias(scope, jsii.String("Resource"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: version})
	p.Check.AddEnvironment(jsii.String("NEW_VERSION"), version.FunctionArn(), nil)
	version.GrantInvoke(p.Check)
	// CodeDeploy calls the check within seconds of the alias's update, and what an
	// update policy refers to does not come first by that: the check must know the new
	// version, and be allowed to call it, by then.
	live.Node().AddDependency(p.Check)

	failing := awscloudwatch.NewAlarm(scope, jsii.String("Failing"), &awscloudwatch.AlarmProps{
		AlarmDescription: jsii.String("Calls fail while a new version takes over; it is rolled back"),
		Metric: live.MetricErrors(&awscloudwatch.MetricOptions{
			Statistic: awscloudwatch.Stats_SUM(), Period: awscdk.Duration_Minutes(jsii.Number(1)),
		}),
		Threshold:          jsii.Number(0),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	annotate.Role(failing, role.Alarm)
	if p.Alarms != nil {
		failing.AddAlarmAction(awscloudwatchactions.NewSnsAction(p.Alarms))
	}
	application := awscodedeploy.NewLambdaApplication(scope, jsii.String("Application"), nil)
	group := awscodedeploy.NewLambdaDeploymentGroup(scope, jsii.String("Group"), &awscodedeploy.LambdaDeploymentGroupProps{
		Application:      application,
		Alias:            live,
		DeploymentConfig: awscodedeploy.LambdaDeploymentConfig_CANARY_10PERCENT_5MINUTES(),
		PreHook:          p.Check,
		Alarms:           &[]interfacesawscloudwatch.IAlarmRef{failing},
		// A stack that rolls back stops the deployment, too.
		AutoRollback: &awscodedeploy.AutoRollbackConfig{
			FailedDeployment: jsii.Bool(true), StoppedDeployment: jsii.Bool(true), DeploymentInAlarm: jsii.Bool(true),
		},
	})
	annotate.Acknowledge(group.Role(), "It is CodeDeploy's own policy for Lambda, the narrower of the two that AWS keeps.", "AwsSolutions-IAM4[Policy::…/AWSCodeDeployRoleForLambdaLimited]")
	annotate.Acknowledge(group.Role(), "CodeDeploy may call any version of the one function that checks.", "AwsSolutions-IAM5[Resource::….Arn>:*]")
	annotate.AcknowledgePolicy(group.Role())
	return &Release{Live: live, Failing: failing}
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Function != nil, "Function")
	found.Required(p.Check != nil, "Check")
	return found.Err()
}
