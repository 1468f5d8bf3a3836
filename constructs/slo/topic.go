package slo

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// TopicProps configures the topic that alarms publish to.
type TopicProps struct {
	// Key encrypts the messages. Required.
	Key *keys.Key
	// DataClass is the class of data of the messages. Default: the key's.
	DataClass string
}

// NewTopic defines an encrypted topic called id within scope that CloudWatch
// alarms of this account may publish to, over TLS only. It has no subscription:
// who is called is for the account to say. It panics if props are invalid.
func NewTopic(scope constructs.Construct, id string, p TopicProps) awssns.Topic {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	found.Check(p.Key == nil || p.Key.Own(), "Key", "is AWS's; SNS has no such key, and alarms may not use the one that AWS manages: give a key of the account's own")
	props.Must("slo", id, found.Err())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}

	p.Key.AllowAlarms()
	topic := awssns.NewTopic(scope, jsii.String("Resource"), &awssns.TopicProps{
		MasterKey:  p.Key.KMS,
		EnforceSSL: jsii.Bool(true),
	})
	// A topic with a policy of its own has lost the default one, which lets the
	// account's alarms in.
	stack := awscdk.Stack_Of(topic)
	topic.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("AllowAlarms"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudwatch.amazonaws.com"), nil)},
		Actions:    jsii.Strings("sns:Publish"),
		Resources:  jsii.Strings(*topic.TopicArn()),
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": *stack.Account()},
			"ArnLike": map[string]any{"aws:SourceArn": *stack.FormatArn(&awscdk.ArnComponents{
				Service: jsii.String("cloudwatch"), Resource: jsii.String("alarm"), ResourceName: jsii.String("*"),
				ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
			})},
		},
	}))
	annotate.Role(topic, role.Alarm, annotate.Attributes{annotate.DataClass: p.DataClass})
	return topic
}
