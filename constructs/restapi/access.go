package restapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

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
