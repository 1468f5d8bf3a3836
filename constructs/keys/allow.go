package keys

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/jsii-runtime-go"
)

// AllowLogGroups lets CloudWatch Logs encrypt log groups of this account and
// Region. Every log group under the key needs it.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func (k *Key) AllowLogGroups() {
	if !k.Own() {
		return
	}
	stack := awscdk.Stack_Of(k.KMS)
	k.allow("logs."+*stack.Region()+".amazonaws.com", condition{
		"ArnLike": {"kms:EncryptionContext:aws:logs:arn": k.arn("logs", "log-group", "*")},
	}, "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
}

// AllowEventBus lets EventBridge encrypt the events, rules and archives of buses
// in this account and Region. A bus and an archive under the key need it.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html
func (k *Key) AllowEventBus() {
	if !k.Own() {
		return
	}
	// Both pages give DescribeKey without a condition: that call has no
	// encryption context, and it tells nothing but the key's metadata.
	k.allow("events.amazonaws.com", nil, "kms:DescribeKey")
	k.allow("events.amazonaws.com", condition{
		"ArnLike": {"kms:EncryptionContext:aws:events:event-bus:arn": k.arn("events", "event-bus", "*")},
	}, "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*")
}

// AllowEventBusLogs lets EventBridge encrypt the log records of a bus under the
// key, and the log delivery service read them. A bus under the key that logs
// needs it besides AllowEventBus.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html
func (k *Key) AllowEventBusLogs() {
	if !k.Own() {
		return
	}
	stack := awscdk.Stack_Of(k.KMS)
	logs := condition{"StringLike": {"kms:EncryptionContext:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("logs"), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})}}
	k.allow("events.amazonaws.com", logs, "kms:GenerateDataKey")
	k.allow("delivery.logs.amazonaws.com", logs, "kms:Decrypt", "kms:GenerateDataKey")
}

// AllowStateMachineLogs lets the log delivery service read what a state machine
// under the key logs. The machine's own role does the rest.
//
// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
func (k *Key) AllowStateMachineLogs() {
	if !k.Own() {
		return
	}
	stack := awscdk.Stack_Of(k.KMS)
	k.allow("delivery.logs.amazonaws.com", condition{"StringLike": {"kms:EncryptionContext:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("logs"), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
	})}}, "kms:Decrypt")
}

// AllowEventTargets lets EventBridge of this account send to queues under the
// key: as targets of rules and as dead-letter queues of rules and buses.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
func (k *Key) AllowEventTargets() {
	if !k.Own() {
		return
	}
	k.allow("events.amazonaws.com", k.ownAccount(), "kms:Decrypt", "kms:GenerateDataKey*")
}

// AllowTopics lets SNS of this account send to queues under the key.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
func (k *Key) AllowTopics() {
	if !k.Own() {
		return
	}
	k.allow("sns.amazonaws.com", k.ownAccount(), "kms:Decrypt", "kms:GenerateDataKey*")
}

// AllowAlarms lets CloudWatch alarms of this account and Region publish to
// topics under the key.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func (k *Key) AllowAlarms() {
	if !k.Own() {
		return
	}
	conditions := k.ownAccount()
	conditions["ArnLike"] = map[string]any{"aws:SourceArn": k.arn("cloudwatch", "alarm", "*")}
	k.allow("cloudwatch.amazonaws.com", conditions, "kms:Decrypt", "kms:GenerateDataKey*")
}

// AllowEdgeLogs lets CloudFront's log delivery write access logs to buckets
// under the key. The page gives the statement without a condition; what may be
// written where is in the bucket's access control list.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html#AccessLogsKMSPermissions
func (k *Key) AllowEdgeLogs() {
	if !k.Own() {
		return
	}
	k.allow("delivery.logs.amazonaws.com", nil, "kms:Decrypt", "kms:GenerateDataKey*")
}

// AllowUserPools lets Cognito encrypt the users of the pools in this account and
// Region. A user pool under the key needs it. Whoever administers users is let in
// by the key's first statement, which leaves that to IAM.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/data-protection.html#data-encryption-at-rest
func (k *Key) AllowUserPools() {
	if !k.Own() {
		return
	}
	pools := *awscdk.Stack_Of(k.KMS).FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("cognito-idp"), Resource: jsii.String("userpool"), ResourceName: jsii.String("*"),
	})
	for _, service := range []string{"cognito-idp.amazonaws.com", "identitystore.amazonaws.com"} {
		describe, use := k.ownAccount(), k.ownAccount()
		describe["ArnLike"] = map[string]any{"aws:SourceArn": pools}
		use["ArnLike"] = map[string]any{"aws:SourceArn": pools}
		use["StringLike"] = map[string]any{"kms:EncryptionContext:aws:cognito-idp:userpool-arn": pools}
		k.allow(service, describe, "kms:DescribeKey")
		k.allow(service, use, "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKeyWithoutPlaintext")
	}
}

// refuseGrants leaves the making of grants to AWS services, DynamoDB for example: a
// grant lets somebody use the key whom no policy names.
//
// https://docs.aws.amazon.com/controltower/latest/controlreference/kms-rules.html
func refuseGrants(key awskms.Key) { key.AddToResourcePolicy(grantsForServicesOnly(), jsii.Bool(false)) }

func grantsForServicesOnly() awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("GrantsBelongToServices"),
		Effect:     awsiam.Effect_DENY,
		Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
		Actions:    jsii.Strings("kms:CreateGrant"),
		Resources:  jsii.Strings("*"), // the key itself
		Conditions: &map[string]any{"BoolIfExists": map[string]any{"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
	})
}

type condition map[string]map[string]any

func (k *Key) ownAccount() condition {
	return condition{"StringEquals": {"aws:SourceAccount": *awscdk.Stack_Of(k.KMS).Account()}}
}

func (k *Key) arn(service, resource, name string) string {
	return *awscdk.Stack_Of(k.KMS).FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String(service),
		Resource:     jsii.String(resource),
		ResourceName: jsii.String(name),
		ArnFormat:    arnFormats[service],
	})
}

// arnFormats says which services write a colon between resource and name.
var arnFormats = map[string]awscdk.ArnFormat{
	"logs":       awscdk.ArnFormat_COLON_RESOURCE_NAME,
	"cloudwatch": awscdk.ArnFormat_COLON_RESOURCE_NAME,
	"events":     awscdk.ArnFormat_SLASH_RESOURCE_NAME,
}

// allow adds a statement to the key's policy. A policy drops statements that
// repeat one another, which makes the Allow methods repeatable.
func (k *Key) allow(service string, conditions condition, actions ...string) {
	var when *map[string]any
	if conditions != nil {
		plain := map[string]any{}
		for operator, operands := range conditions {
			plain[operator] = operands
		}
		when = &plain
	}
	k.KMS.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(service), nil)},
		Actions:    jsii.Strings(actions...),
		// In a key's policy "*" is the key itself.
		Resources:  jsii.Strings("*"),
		Conditions: when,
	}), jsii.Bool(false))
}
