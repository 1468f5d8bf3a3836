package restapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
)

// resourcePolicy lets everybody in as far as the authorizer, but for the addresses
// that it keeps out. With a policy attached, whatever it does not allow is
// refused, so the first statement is needed; its principal is a wildcard
// because callers prove who they are by token, which IAM does not see.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
func (p Props) resourcePolicy() awsiam.PolicyDocument {
	var statements []awsiam.PolicyStatement
	add := func(sid string, effect awsiam.Effect, operator string, cidrs []string) {
		statement := &awsiam.PolicyStatementProps{
			Sid:        jsii.String(sid),
			Effect:     effect,
			Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
			Actions:    jsii.Strings("execute-api:Invoke"),
			Resources:  jsii.Strings("execute-api:/" + StageName + "/*"),
		}
		if len(cidrs) > 0 {
			statement.Conditions = &map[string]any{operator: map[string]any{"aws:SourceIp": js.Strings(cidrs)}}
		}
		statements = append(statements, awsiam.NewPolicyStatement(statement))
	}
	add("CallersProveThemselvesByToken", awsiam.Effect_ALLOW, "", nil)
	if len(p.AllowCIDRs) > 0 {
		add("KeepOthersOut", awsiam.Effect_DENY, "NotIpAddress", p.AllowCIDRs)
	}
	if len(p.DenyCIDRs) > 0 {
		add("KeepOut", awsiam.Effect_DENY, "IpAddress", p.DenyCIDRs)
	}
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements})
}

// newAccountRole sets the role with which API Gateway writes logs, of every REST
// API in the account and Region. Stages that log fail to deploy while none is
// set. Two stacks that each set one do not fight: whichever comes last wins, and
// the roles are alike. Neither is removed with its stack, because the other's
// logs may go through it by then.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
func newAccountRole(scope constructs.Construct, rest awsapigateway.RestApi) awsapigateway.CfnAccount {
	scope = constructs.NewConstruct(scope, jsii.String("Account"))
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
	account.AddResourceDependency(rest.Node().DefaultChild().(awsapigateway.CfnRestApi), nil)
	account.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	return account
}
