// Package annotate writes into a template what a resource is for, so that the
// template describes itself to whoever reads it without the code.
package annotate

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/design/role"
)

// DataClass is the attribute that names the data class a resource keeps. It also
// becomes a tag, where the resource takes tags.
const DataClass = "data-class"

// Attributes say more about a resource than its role, for example the service it
// belongs to ("service") or DataClass.
type Attributes map[string]any

// Role records in the Metadata of construct's default CloudFormation resource
// that it plays the role r. It panics if construct has no such resource.
func Role(construct constructs.IConstruct, r role.Role, attributes ...Attributes) {
	resource, ok := defaultChild(construct)
	if !ok {
		panic("annotate: " + *construct.Node().Path() + " has no CloudFormation resource to annotate")
	}
	about := map[string]any{"role": string(r)}
	for _, more := range attributes {
		for k, v := range more {
			about[k] = v
		}
	}
	resource.AddMetadata(jsii.String(role.MetadataKey), about)
	if class, ok := about[DataClass].(string); ok {
		awscdk.Tags_Of(construct).Add(jsii.String(DataClass), jsii.String(class), nil)
	}
}

// Acknowledge records in the Metadata of construct's default CloudFormation resource
// that it does not follow the rules, for the reason, a sentence. What a rule found is
// named in brackets after its id, with an ellipsis for what the code cannot know:
// "AwsSolutions-IAM5[Resource::…/index/*]". On a role it also holds for the policies
// that the CDK attaches to it. It panics if construct has no such resource.
//
// A check fails for a finding that is not acknowledged, and for an acknowledgement
// that no finding matches any more.
func Acknowledge(construct constructs.IConstruct, reason string, rules ...string) {
	resource, ok := defaultChild(construct)
	if !ok {
		panic("annotate: " + *construct.Node().Path() + " has no CloudFormation resource to annotate")
	}
	reasons := map[string]any{}
	if before, ok := resource.GetMetadata(jsii.String(role.AcknowledgedKey)).(map[string]any); ok {
		reasons = before
	}
	for _, rule := range rules {
		reasons[rule] = reason
	}
	resource.AddMetadata(jsii.String(role.AcknowledgedKey), reasons)
}

// AcknowledgeWithin is Acknowledge for every resource of a CloudFormation type that is
// within scope by now: those that the CDK defines on its own.
func AcknowledgeWithin(scope constructs.IConstruct, kind, reason string, rules ...string) {
	for _, child := range *scope.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if r, ok := child.(awscdk.CfnResource); ok && *r.CfnResourceType() == kind {
			Acknowledge(r, reason, rules...)
		}
	}
}

// AcknowledgePolicy records on a role that it has a policy of its own.
func AcknowledgePolicy(role constructs.IConstruct) {
	Acknowledge(role, "The policy belongs to this role alone and goes with it; a managed one could be attached elsewhere.", "NIST.800.53.R5-IAMNoInlinePolicy")
}

// AcknowledgeGrants records on a role what the CDK's grants write into its policy.
func AcknowledgeGrants(role constructs.IConstruct) {
	AcknowledgePolicy(role)
	Acknowledge(role, "KMS names its actions for data keys and for re-encryption in pairs, and AWS's own policies grant the pairs; both are on one key.",
		"AwsSolutions-IAM5[Action::kms:GenerateDataKey*]", "AwsSolutions-IAM5[Action::kms:ReEncrypt*]")
}

func defaultChild(construct constructs.IConstruct) (awscdk.CfnResource, bool) {
	if r, ok := construct.(awscdk.CfnResource); ok {
		return r, true
	}
	r, ok := construct.Node().DefaultChild().(awscdk.CfnResource)
	return r, ok
}
