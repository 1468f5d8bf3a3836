// Package keys defines the customer-managed KMS key of one data class.
//
// One key for each class separates duties: who may read telemetry cannot read
// bookings, and disabling one key stops one class. Share a single Key between
// classes, by Key.For, to save its monthly fee; take AWSOwned where the services'
// own keys will do, and NewReplica where programs of another Region must open what
// those of this one sealed.
//
// A service that uses a key on its own behalf, rather than on behalf of the role
// that calls it, must be named in the key's policy. The Allow methods know what
// each one needs; calling one twice changes nothing. They name resources by
// account and Region rather than by reference: a policy that referred to a
// resource encrypted under the key would close a circle that CloudFormation
// cannot create.
package keys

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Props configures a Key. The zero value of an optional field means its default.
type Props struct {
	// DataClass is the class of data the key encrypts, for example "bookings":
	// letters, digits, dashes and underscores. Required.
	DataClass string
	// PendingWindow is the time between the key's deletion and its end, from 7 to
	// 30 days, during which it can be restored.
	// Default: 30 days; in a sandbox 7.
	PendingWindow time.Duration
	// MultiRegion lets other Regions have replicas of the key, by NewReplica. A key
	// cannot become such a key later. Default: it never leaves its Region.
	MultiRegion bool
	// Sandbox deletes the key with its stack.
	// Default: the key outlives its stack, for data under a lost key is lost.
	Sandbox bool
}

// Key is a symmetric, yearly rotated KMS key and its alias
// "alias/<stack>/<data class>"; or, from AWSOwned, the choice of none.
type Key struct {
	// KMS and Alias are nil for keys that AWS owns.
	KMS awskms.IKey
	// Alias is nil for a key of another stack, too.
	Alias awskms.Alias
	// DataClass is the class of data the key encrypts.
	DataClass string
}

// New defines a key called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Key {
	props.Must("keys", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))

	key := awskms.NewKey(scope, jsii.String("Resource"), &awskms.KeyProps{
		Description:       jsii.String("Encrypts the data class " + p.DataClass),
		EnableKeyRotation: jsii.Bool(true),
		MultiRegion:       js.True(p.MultiRegion),
		PendingWindow:     js.Seconds(p.pendingWindow()),
		RemovalPolicy:     js.Removal(p.Sandbox),
	})
	annotate.Role(key, role.Key, annotate.Attributes{annotate.DataClass: p.DataClass})
	refuseGrants(key)
	// An alias is unique in an account and Region, as is the name of a stack.
	alias := key.AddAlias(jsii.String("alias/" + *awscdk.Aws_STACK_NAME() + "/" + p.DataClass))
	return &Key{KMS: key, Alias: alias, DataClass: p.DataClass}
}

// Existing returns the key with an ARN that another stack defines, called id within
// scope. Its policy is that stack's, so a service that must be named there cannot be.
func Existing(scope constructs.Construct, id, arn, dataClass string) *Key {
	return &Key{KMS: awskms.Key_FromKeyArn(scope, jsii.String(id), jsii.String(arn)), DataClass: dataClass}
}

func (p Props) pendingWindow() time.Duration {
	switch {
	case p.PendingWindow != 0:
		return p.PendingWindow
	case p.Sandbox:
		return 7 * day
	default:
		return 30 * day
	}
}

const day = 24 * time.Hour
