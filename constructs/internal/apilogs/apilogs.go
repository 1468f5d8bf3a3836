// Package apilogs sets the role with which API Gateway writes the logs of REST and
// WebSocket APIs. HTTP APIs need none.
package apilogs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
)

// id is the setting's in its stack, which has one for all its APIs.
const id = "ApiGatewayLogs"

// Role returns the setting of the role for api's stack, defining it if there is none.
// Every stage of such an API that logs must come after it: API Gateway refuses the
// stage while the account has no role in its Region. Two stacks that each set one do
// not fight: whichever comes last wins, and the roles are alike. Neither is removed
// with its stack, because the other's logs may go through it by then.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
func Role(api awscdk.CfnResource) constructs.IConstruct {
	stack := awscdk.Stack_Of(api)
	if set := stack.Node().TryFindChild(jsii.String(id)); set != nil {
		return set
	}
	scope := constructs.NewConstruct(stack, jsii.String(id))
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		Description: jsii.String("Writes the logs of API Gateway in this account and Region"),
		// API Gateway refuses a role that allows less than this policy, which names
		// every log group: the groups belong to APIs yet to come.
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AmazonAPIGatewayPushToCloudWatchLogs")),
		},
	})
	role.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	annotate.Acknowledge(role, "API Gateway refuses a role that allows less than this policy.", "AwsSolutions-IAM4[Policy::…/AmazonAPIGatewayPushToCloudWatchLogs]")
	account := awsapigateway.NewCfnAccount(scope, jsii.String("Resource"), &awsapigateway.CfnAccountProps{
		CloudWatchRoleArn: role.RoleArn(),
	})
	// In an account that has never had an API the setting can only follow one.
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-account.html
	account.AddResourceDependency(api, nil)
	account.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	return scope
}
