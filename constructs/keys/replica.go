package keys

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// ReplicaProps configures a replica of a multi-Region key. The zero value of an
// optional field means its default.
type ReplicaProps struct {
	// DataClass is the class of data the key encrypts. Required.
	DataClass string
	// PrimaryARN is of a key of another Region, from New with Props.MultiRegion.
	// Required.
	PrimaryARN string
	// PendingWindow is as in Props.
	PendingWindow time.Duration
	// Sandbox deletes the replica with its stack. The primary ends only after it.
	// Default: it outlives its stack.
	Sandbox bool
}

// NewReplica defines the replica of a key in the stack's Region, called id within
// scope: the same material and key ID, under a policy and an alias of its own, so that
// what the one encrypted the other decrypts. It rotates when the primary does. It
// panics if props are invalid.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
func NewReplica(scope constructs.Construct, id string, p ReplicaProps) awskms.CfnReplicaKey {
	props.Must("keys", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	key := awskms.NewCfnReplicaKey(scope, jsii.String("Resource"), &awskms.CfnReplicaKeyProps{
		Description:         jsii.String("Encrypts the data class " + p.DataClass + ", as the primary key does in its Region"),
		PrimaryKeyArn:       jsii.String(p.PrimaryARN),
		PendingWindowInDays: jsii.Number(p.plain().pendingWindow() / day),
		KeyPolicy: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
			awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{ // leaves it to IAM, as New does
				Principals: &[]awsiam.IPrincipal{awsiam.NewAccountRootPrincipal()},
				Actions:    jsii.Strings("kms:*"),
				Resources:  jsii.Strings("*"), // the key itself
			}),
			grantsForServicesOnly(),
		}}),
	})
	key.ApplyRemovalPolicy(js.Removal(p.Sandbox), nil)
	annotate.Role(key, role.Key, annotate.Attributes{annotate.DataClass: p.DataClass})
	awskms.NewCfnAlias(scope, jsii.String("Alias"), &awskms.CfnAliasProps{
		AliasName:   jsii.String("alias/" + *awscdk.Aws_STACK_NAME() + "/" + p.DataClass),
		TargetKeyId: key.AttrKeyId(),
	})
	return key
}

// plain is the part of p that a key of one Region has, too.
func (p ReplicaProps) plain() Props {
	return Props{DataClass: p.DataClass, PendingWindow: p.PendingWindow, Sandbox: p.Sandbox}
}
