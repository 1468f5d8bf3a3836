package lookup

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// StreamProps says whose stream is looked for.
type StreamProps struct {
	// Lookup reads. Required.
	Lookup *Lookup
	// Table is the name of a table that has a copy in the stack's Region. Required.
	Table string
}

// Stream returns the ARN of the stream of a copy of a table, looking it up under id
// within scope: the last part of the ARN is the time the stream was made, and no
// resource tells that of a copy. It panics if props are invalid.
func Stream(scope constructs.Construct, id string, p StreamProps) string {
	props.Must("lookup", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	f := p.Lookup.function
	allowed := p.Lookup.allow(scope, "dynamodb:DescribeTable", awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("dynamodb"), Resource: jsii.String("table"), ResourceName: jsii.String(p.Table),
	}))
	read := awscdk.NewCustomResource(scope, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken:         f.Lambda.FunctionArn(),
		ServiceTimeout:       awscdk.Duration_Seconds(jsii.Number(2 * timeout.Seconds())),
		ResourceType:         jsii.String("Custom::TableStream"),
		PascalCaseProperties: jsii.Bool(false),
		Properties:           &map[string]any{"Table": p.Table},
	})
	read.Node().AddDependency(f.Role, allowed)
	annotate.Role(read, role.Deployment)
	return *read.GetAttString(jsii.String("StreamArn"))
}

// Validate reports every problem of p, or nil.
func (p StreamProps) Validate() error {
	var found props.Problems
	found.Required(p.Lookup != nil, "Lookup")
	found.Required(p.Table != "", "Table")
	return found.Err()
}
