package webacl

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

func build(scope constructs.Construct, id string, p Props) *WebACL {
	err := p.Validate()
	if region := *awscdk.Stack_Of(scope).Region(); err == nil && p.Scope == CloudFront && region != "us-east-1" {
		err = fmt.Errorf("Scope: %s is for stacks in us-east-1, and this one is in %s", CloudFront, region)
	}
	props.Must("webacl", id, err)
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	acl := awswafv2.NewCfnWebACL(scope, jsii.String("Resource"), &awswafv2.CfnWebACLProps{
		Scope:            jsii.String(string(p.Scope)),
		Description:      jsii.String("Guards the front door"),
		DefaultAction:    &awswafv2.CfnWebACL_DefaultActionProperty{Allow: map[string]any{}},
		Rules:            p.rules(scope),
		VisibilityConfig: p.visible("WebACL"),
	})
	annotate.Role(acl, role.Perimeter)
	if p.NoLog {
		annotate.Acknowledge(acl, "Its log would rest in us-east-1, where the design's telemetry may not.", "NIST.800.53.R5-WAFv2LoggingEnabled")
		return &WebACL{ACL: acl}
	}
	log := loggroup.New(scope, "Log", loggroup.Props{
		Name: logName(acl),
		Key:  p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox,
	})
	awswafv2.NewCfnLoggingConfiguration(scope, jsii.String("Logging"), &awswafv2.CfnLoggingConfigurationProps{
		ResourceArn:           acl.AttrArn(),
		LogDestinationConfigs: &[]any{accesslog.Destination(log)},
		// Tokens and cookies are nobody's business.
		RedactedFields: []any{redacted("authorization"), redacted("cookie")},
		// Requests let in are in the front door's own log.
		LoggingFilter: map[string]any{
			"DefaultBehavior": "DROP",
			"Filters": []any{map[string]any{
				"Behavior":    "KEEP",
				"Requirement": "MEETS_ANY",
				"Conditions":  []any{action("BLOCK"), action("COUNT")},
			}},
		},
	})
	return &WebACL{ACL: acl, Log: log}
}

// Guard puts the resource with the given ARN, a REST API's stage or a load
// balancer, under the web ACL by an association called id within scope. A
// distribution names its web ACL itself.
func (w *WebACL) Guard(scope constructs.Construct, id, resourceARN string) awswafv2.CfnWebACLAssociation {
	return awswafv2.NewCfnWebACLAssociation(scope, jsii.String(id), &awswafv2.CfnWebACLAssociationProps{
		ResourceArn: jsii.String(resourceARN),
		WebAclArn:   w.ACL.AttrArn(),
	})
}

// logName returns a name that begins as AWS WAF asks and that no other
// deployment takes: the last part of the stack's ARN is new with each stack.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
func logName(acl awswafv2.CfnWebACL) string {
	stack := awscdk.Fn_Select(jsii.Number(2), awscdk.Fn_Split(jsii.String("/"), acl.Stack().StackId(), nil))
	return "aws-waf-logs-" + *stack + name.Path(acl)
}

func (p Props) visible(metric string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
	return &awswafv2.CfnWebACL_VisibilityConfigProperty{
		CloudWatchMetricsEnabled: jsii.Bool(true),
		SampledRequestsEnabled:   jsii.Bool(!p.NoLog),
		MetricName:               jsii.String(metric),
	}
}

func redacted(header string) any {
	return &awswafv2.CfnLoggingConfiguration_FieldToMatchProperty{SingleHeader: map[string]any{"Name": header}}
}

func action(name string) any {
	return map[string]any{"ActionCondition": map[string]any{"Action": name}}
}
