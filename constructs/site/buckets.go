package site

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/bucket"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/design/role"
)

func newContent(scope constructs.Construct, p Props) (awss3.Bucket, awslogs.LogGroup) {
	content := bucket.New(scope, bucket.Props{
		Key: p.Key, Role: role.Site, DataClass: p.DataClass, Sandbox: p.Sandbox,
		Rule: &awss3.LifecycleRule{
			Id:                                  jsii.String("replaced"),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(p.ReplacedDays)),
			ExpiredObjectDeleteMarker:           jsii.Bool(true),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		},
		Alone: "It holds what a release puts there, and a release can put it there again: nothing to replicate, to lock or to tell anybody of.",
	})
	log := loggroup.New(scope, "BucketLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	bucket.Deliver(scope, "BucketLogDelivery", content, log)
	return content, log
}
