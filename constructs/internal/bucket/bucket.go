// Package bucket defines a bucket that keeps versions, whose access log goes to a
// log group.
package bucket

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/vendedlogs"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a bucket.
type Props struct {
	// Key encrypts the objects. Required.
	Key *keys.Key
	// Role is what the objects are for, and DataClass the class of their data. Both
	// required.
	Role      role.Role
	DataClass string
	// Rule is the objects' lifecycle. Required.
	Rule *awss3.LifecycleRule
	// Alone says why nothing is replicated or locked, and nobody told. Required.
	Alone string
	// Sandbox deletes the bucket, if it is empty, with its stack. Default: it stays.
	Sandbox bool
}

// New defines a bucket called Resource within scope.
func New(scope constructs.Construct, p Props) awss3.Bucket {
	bucket := awss3.NewBucket(scope, jsii.String("Resource"), &awss3.BucketProps{
		Encryption:        p.Key.Bucket(),
		EncryptionKey:     p.Key.KMS,
		BucketKeyEnabled:  jsii.Bool(p.Key.Own()), // one call to KMS for many objects, not one each
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		Versioned:         jsii.Bool(true), // an object that is overwritten by mistake can be had back
		RemovalPolicy:     js.Removal(p.Sandbox),
		LifecycleRules:    &[]*awss3.LifecycleRule{p.Rule},
	})
	// A bucket that stays keeps asking for TLS.
	bucket.Policy().ApplyRemovalPolicy(js.Removal(p.Sandbox))
	annotate.Role(bucket, p.Role, annotate.Attributes{annotate.DataClass: p.DataClass})
	p.Key.Acknowledge(bucket)
	annotate.Acknowledge(bucket, "Its access log goes to CloudWatch Logs, where it is under our key; the rule looks for a bucket.",
		"AwsSolutions-S1", "NIST.800.53.R5-S3BucketLoggingEnabled", "CT.S3.PR.2")
	annotate.Acknowledge(bucket, p.Alone, "NIST.800.53.R5-S3BucketReplicationEnabled", "CT.S3.PR.4", "CT.S3.PR.9")
	return bucket
}

// Deliver defines, called id within scope, the delivery of a bucket's access log to
// group: what New's bucket owes the rules. It waits for the bucket's policy: both are
// settings of the bucket, which takes one at a time and refuses the other, and with
// it the stack.
//
// https://github.com/awslabs/nx-plugin-for-aws/pull/1018
func Deliver(scope constructs.Construct, id string, bucket awss3.Bucket, group awslogs.ILogGroup) {
	source := vendedlogs.Deliver(scope, id, *bucket.BucketArn(), "S3_SERVER_ACCESS_LOGS", group)
	source.Node().AddDependency(bucket.Policy())
}
