// Package alarm defines the alarm of building blocks that now and then exceed a
// bound and should not for long.
//
// Choose package deadletter where a single occurrence wants somebody to look.
package alarm

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/design/role"
)

// Props configures an alarm.
type Props struct {
	// Says is what is wrong, and what comes of it. Required.
	Says string
	// Metric has a value for each minute. Required.
	Metric awscloudwatch.IMetric
	// Over is the bound, in the metric's unit. Default: 0.
	Over float64
	// Service is the service that it is about. Default: none.
	Service string
	// Alarms hears of it. Default: nobody.
	Alarms awssns.ITopic
}

// New defines an alarm called id within scope. It is in alarm while the metric
// exceeds the bound in three minutes of five; a minute without a value is a good one.
func New(scope constructs.Construct, id string, p Props) awscloudwatch.Alarm {
	alarm := awscloudwatch.NewAlarm(scope, jsii.String(id), &awscloudwatch.AlarmProps{
		AlarmDescription:   jsii.String(p.Says),
		Metric:             p.Metric,
		Threshold:          jsii.Number(p.Over),
		EvaluationPeriods:  jsii.Number(5),
		DatapointsToAlarm:  jsii.Number(3),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	about := annotate.Attributes{}
	if p.Service != "" {
		about["service"] = p.Service
	}
	annotate.Role(alarm, role.Alarm, about)
	if p.Alarms != nil {
		alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(p.Alarms))
	}
	return alarm
}
