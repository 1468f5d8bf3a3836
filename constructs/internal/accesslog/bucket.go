package accesslog

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"fulcrum/constructs/annotate"
)

// AcknowledgeBucket records why a bucket that holds access logs does not follow the
// rules for buckets that hold data.
func AcknowledgeBucket(bucket awss3.Bucket) {
	annotate.Acknowledge(bucket, "It holds access logs; to log the writing of logs would never end.",
		"AwsSolutions-S1", "NIST.800.53.R5-S3BucketLoggingEnabled", "CT.S3.PR.2")
	annotate.Acknowledge(bucket, "Logs are written once by a service, kept as long as the design says and never changed: no version to go back to, nothing to replicate or to tell anybody of.",
		"NIST.800.53.R5-S3BucketVersioningEnabled", "NIST.800.53.R5-S3BucketReplicationEnabled", "CT.S3.PR.11", "CT.S3.PR.4", "CT.S3.PR.9")
}
