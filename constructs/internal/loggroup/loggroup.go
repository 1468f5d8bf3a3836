// Package loggroup defines an encrypted CloudWatch log group that keeps its
// records as long as its data class says.
package loggroup

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a log group.
type Props struct {
	// Key encrypts the records. Required.
	Key *keys.Key
	// DataClass is the class of data of the records. Default: the key's.
	DataClass string
	// Days is how long records are kept; see Retention. Required.
	Days int
	// Name is the group's name, for services that ask for one. It must be new at
	// each deployment: a group that outlives its stack would keep the next one
	// from taking it. Default: a name that CloudFormation makes up.
	Name string
	// Sandbox deletes the group with its stack. Default: it stays.
	Sandbox bool
}

// New defines a log group called id within scope.
func New(scope constructs.Construct, id string, p Props) awslogs.LogGroup {
	p.Key.AllowLogGroups()
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	group := awslogs.NewLogGroup(scope, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  js.String(p.Name),
		EncryptionKey: p.Key.KMS,
		RemovalPolicy: js.Removal(p.Sandbox),
	})
	// CDK's enumeration has names for periods, CloudFormation takes days.
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(Retention(p.Days)))
	annotate.Role(group, role.Logs, annotate.Attributes{annotate.DataClass: p.DataClass})
	p.Key.Acknowledge(group)
	annotate.Acknowledge(group, "The design's data class says how long its records are kept; whoever must keep them for a year says so there.", "CT.CLOUDWATCH.PR.2")
	return group
}

// periods are the retention times CloudWatch Logs has, in days.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var periods = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// Retention returns the longest time CloudWatch Logs has that is not over days,
// for records must not outlive their data class; and one day at least.
func Retention(days int) int {
	longest := periods[0]
	for _, p := range periods {
		if p <= days {
			longest = p
		}
	}
	return longest
}
