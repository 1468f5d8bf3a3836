// Package vendedlogs sends the log that an AWS service writes about a resource
// to a CloudWatch log group.
//
// It takes three resources: what writes, where to, and the delivery that joins
// them. The log group's policy, without which nothing arrives, is written by
// CloudWatch Logs itself on behalf of whoever deploys.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-CloudWatchLogs.html
package vendedlogs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/name"
)

// Deliver defines, called id within scope, the delivery of the logs of logType
// that the resource with the given ARN writes to group, and returns its source.
func Deliver(scope constructs.Construct, id, resourceARN, logType string, group awslogs.ILogGroup) awslogs.CfnDeliverySource {
	scope = constructs.NewConstruct(scope, jsii.String(id))
	// Both names are unique in an account and Region, and have up to 60 characters.
	unique := jsii.String(name.InStack(scope))
	source := awslogs.NewCfnDeliverySource(scope, jsii.String("Source"), &awslogs.CfnDeliverySourceProps{
		Name:        unique,
		LogType:     jsii.String(logType),
		ResourceArn: jsii.String(resourceARN),
	})
	destination := awslogs.NewCfnDeliveryDestination(scope, jsii.String("Destination"), &awslogs.CfnDeliveryDestinationProps{
		Name:                   unique,
		DestinationResourceArn: group.LogGroupArn(),
	})
	awslogs.NewCfnDelivery(scope, jsii.String("Resource"), &awslogs.CfnDeliveryProps{
		DeliverySourceName:     source.Ref(),
		DeliveryDestinationArn: destination.AttrArn(),
	})
	return source
}
