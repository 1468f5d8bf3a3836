// Package edgelogs defines the bucket of a CloudFront distribution's access log.
package edgelogs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// New defines a bucket called id within scope that keeps logs for some days. It
// outlives its stack, for CloudFront fills it on its own time, and empties itself.
func New(scope constructs.Construct, id string, key *keys.Key, days int) awss3.Bucket {
	key.AllowEdgeLogs()
	bucket := awss3.NewBucket(scope, jsii.String(id), &awss3.BucketProps{
		Encryption:        key.Bucket(),
		EncryptionKey:     key.KMS,
		BucketKeyEnabled:  jsii.Bool(key.Own()),
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		// CloudFront gives its delivery account access by an access control list,
		// and refuses a bucket that has none.
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_PREFERRED,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("retention"),
			Expiration:                          awscdk.Duration_Days(jsii.Number(days)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})
	bucket.Policy().ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	annotate.Role(bucket, role.Logs, annotate.Attributes{annotate.DataClass: key.DataClass})
	key.Acknowledge(bucket)
	accesslog.AcknowledgeBucket(bucket)
	return bucket
}

// Order lets distribution wait for the policy of its log's bucket: CloudFront sets
// the bucket's access control list, and a bucket takes one setting at a time.
//
// https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1954
func Order(distribution awscloudfront.Distribution, bucket awss3.Bucket) {
	distribution.Node().AddDependency(bucket.Policy())
}
