// Package lookup defines how a stack reads the outputs of one in another Region, and
// the stream of a table's copy in its own, at deployment: CloudFormation's own
// references do neither.
//
// The CDK's crossRegionReferences would do it with two providers of its own: their
// functions and logs are under no key of ours, one of them may write every
// parameter below /cdk/exports, and the stack that is read cannot be deployed
// without the one that reads. Here the one that reads may ask for the one stack
// that it names, and that one knows nothing of it. The price: a value is read once;
// if the other stack replaces what it names, the reader has to be deleted and
// deployed again, or read another output.
//
// Take a reference or Fn::ImportValue within one Region.
package lookup

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Lookup.
type Props struct {
	// Directory holds the program that reads, an executable file called
	// "bootstrap": lambdas/cmd/lookup. Required.
	Directory string
	// Key encrypts that program's environment and log. Required.
	Key *keys.Key
	// LogDays is how long that program's log is kept. Default: 30 days.
	LogDays int
	// Sandbox deletes that log with its stack. Default: it stays.
	Sandbox bool
}

// Lookup is the function that reads for the stack.
type Lookup struct{ function *function.Function }

// OutputsProps says what is read.
type OutputsProps struct {
	// Lookup reads. Required.
	Lookup *Lookup
	// Stack is the name of the stack that is read, Region where it is. Required.
	Stack, Region string
	// Outputs are the keys of its outputs. Required.
	Outputs []string
}

// Outputs are outputs of another stack, known at deployment.
type Outputs struct{ resource awscdk.CustomResource }

// timeout is how long reading takes at most.
const timeout = time.Minute

// New defines a function called id within scope that reads. It panics if props are
// invalid.
func New(scope constructs.Construct, id string, p Props) *Lookup {
	props.Must("lookup", id, p.Validate())
	return &Lookup{function.New(scope, id, function.Props{
		Directory:   p.Directory,
		Service:     "lookup",
		Description: "Reads at deployment what the stack needs to know of another Region",
		Timeout:     timeout,
		Key:         p.Key,
		LogDays:     p.LogDays,
		Role:        role.Deployment,
		Sandbox:     p.Sandbox,
	})}
}

// NewOutputs defines what is read under id within scope. It panics if props are
// invalid.
func NewOutputs(scope constructs.Construct, id string, p OutputsProps) *Outputs {
	props.Must("lookup", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	f := p.Lookup.function
	// The last part of a stack's ARN is CloudFormation's to choose.
	allowed := p.Lookup.allow(scope, "cloudformation:DescribeStacks", awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("cloudformation"), Region: jsii.String(p.Region),
		Resource: jsii.String("stack"), ResourceName: jsii.String(p.Stack + "/*"),
	}))
	annotate.Acknowledge(allowed, "The last part of a stack's ARN is CloudFormation's to choose; the name before it is the one stack's.", "AwsSolutions-IAM5[Resource::…:stack/…/*]")
	read := awscdk.NewCustomResource(scope, jsii.String("Resource"), &awscdk.CustomResourceProps{
		ServiceToken:         f.Lambda.FunctionArn(),
		ServiceTimeout:       awscdk.Duration_Seconds(jsii.Number(2 * timeout.Seconds())),
		ResourceType:         jsii.String("Custom::StackOutputs"),
		PascalCaseProperties: jsii.Bool(false),
		Properties:           &map[string]any{"Stack": p.Stack, "Region": p.Region, "Outputs": js.Strings(p.Outputs)},
	})
	// Its right to read must be there before it reads.
	read.Node().AddDependency(f.Role, allowed)
	annotate.Role(read, role.Deployment)
	return &Outputs{read}
}

// allow lets the function do one thing to one resource, by a policy of its own: what
// it names may have been looked up before, by the same function.
func (l *Lookup) allow(scope constructs.Construct, action string, arn *string) awsiam.Policy {
	return awsiam.NewPolicy(scope, jsii.String("Policy"), &awsiam.PolicyProps{
		Roles: &[]awsiam.IRole{l.function.Role},
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings(action), Resources: &[]*string{arn},
		})},
	})
}

// Get returns the value of an output, which must be among those read.
func (o *Outputs) Get(output string) string { return *o.resource.GetAttString(jsii.String(output)) }
