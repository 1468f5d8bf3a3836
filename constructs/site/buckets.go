package site

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/vendedlogs"
	"fulcrum/design/role"
)

func newContent(scope constructs.Construct, p Props) (awss3.Bucket, awslogs.LogGroup) {
	bucket := awss3.NewBucket(scope, jsii.String("Resource"), &awss3.BucketProps{
		Encryption:        p.Key.Bucket(),
		EncryptionKey:     p.Key.KMS,
		BucketKeyEnabled:  jsii.Bool(p.Key.Own()), // one call to KMS for many objects, not one each
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		Versioned:         jsii.Bool(true),
		RemovalPolicy:     js.Removal(p.Sandbox),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("replaced"),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(p.ReplacedDays)),
			ExpiredObjectDeleteMarker:           jsii.Bool(true),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})
	// A bucket that stays keeps asking for TLS.
	bucket.Policy().ApplyRemovalPolicy(js.Removal(p.Sandbox))
	annotate.Role(bucket, role.Site, annotate.Attributes{annotate.DataClass: p.DataClass})
	p.Key.Acknowledge(bucket)
	annotate.Acknowledge(bucket, "Its access log goes to CloudWatch Logs, where it is under our key; the rule looks for a bucket.",
		"AwsSolutions-S1", "NIST.800.53.R5-S3BucketLoggingEnabled", "CT.S3.PR.2")
	annotate.Acknowledge(bucket, "It holds what a release puts there, and a release can put it there again: nothing to replicate, to lock or to tell anybody of.",
		"NIST.800.53.R5-S3BucketReplicationEnabled", "CT.S3.PR.4", "CT.S3.PR.9")

	log := loggroup.New(scope, "BucketLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	vendedlogs.Deliver(scope, "BucketLogDelivery", *bucket.BucketArn(), "S3_SERVER_ACCESS_LOGS", log)
	return bucket, log
}
