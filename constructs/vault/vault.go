// Package vault defines a bucket of objects that people keep: each under a key of
// their own, encrypted, and forgotten with them.
//
// Choose package site for files that everybody may see.
package vault

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/bucket"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Vault. The zero value of an optional field means its default.
type Props struct {
	// Key encrypts the objects. Required.
	Key *keys.Key
	// DataClass is the class of data of the objects. Default: the key's.
	DataClass string
	// Days is how long an object is kept after it was written, as the data class
	// says. Required.
	Days int
	// LogKey encrypts the access log. Default: Key.
	LogKey *keys.Key
	// LogDays is how long the access log is kept, rounded down to a period that
	// CloudWatch Logs has. Required.
	LogDays int
	// Sandbox deletes the bucket, if it is empty, with its stack. Default: it stays.
	Sandbox bool
}

// Vault is a bucket and the resources defined with it.
type Vault struct {
	Bucket awss3.Bucket
	Log    awslogs.LogGroup
}

// New defines a vault called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Vault {
	props.Must("vault", id, p.Validate())
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	kept := bucket.New(scope, bucket.Props{
		Key: p.Key, Role: role.Objects, DataClass: p.DataClass, Sandbox: p.Sandbox,
		Rule: &awss3.LifecycleRule{
			Id:                                  jsii.String("retention"),
			Expiration:                          awscdk.Duration_Days(jsii.Number(p.Days)),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(min(p.Days, replacedDays))),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		},
		Alone: "Its objects belong to people, who may have them erased at once: no lock, and no copy elsewhere; nobody waits to be told of one.",
	})
	log := loggroup.New(scope, "Log", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	bucket.Deliver(scope, "LogDelivery", kept, log)
	return &Vault{Bucket: kept, Log: log}
}

// replacedDays is how long what was overwritten can be had back.
const replacedDays = 30

// GrantErase lets grantee find and delete every version of an object. It lets
// nobody read one.
func GrantErase(bucket awss3.IBucket, grantee awsiam.IGrantable) {
	grant := func(arn *string, actions ...string) {
		awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
			Grantee: grantee, Actions: jsii.Strings(actions...), ResourceArns: &[]*string{arn},
		})
	}
	grant(bucket.BucketArn(), "s3:ListBucketVersions")
	grant(bucket.ArnForObjects(jsii.String("*")), "s3:DeleteObject", "s3:DeleteObjectVersion")
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Key != nil, "Key")
	found.Check(p.Days > 0, "Days", "%d is not positive; say how long an object is kept", p.Days)
	found.Check(p.LogDays > 0, "LogDays", "%d is not positive; say how long the log is kept", p.LogDays)
	return found.Err()
}
