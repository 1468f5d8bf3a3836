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

func defaultChild(construct constructs.IConstruct) (awscdk.CfnResource, bool) {
	if r, ok := construct.(awscdk.CfnResource); ok {
		return r, true
	}
	r, ok := construct.Node().DefaultChild().(awscdk.CfnResource)
	return r, ok
}
