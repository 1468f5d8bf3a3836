package loadbalancer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/design/role"
)

// newLogs defines the bucket of alb's logs and has alb write to it.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-connection-logging.html
func newLogs(scope constructs.Construct, alb elbv2.ApplicationLoadBalancer, days int) awss3.Bucket {
	bucket := awss3.NewBucket(scope, jsii.String("Logs"), &awss3.BucketProps{
		Encryption:        awss3.BucketEncryption_S3_MANAGED, // see the package comment
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:   awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:        jsii.Bool(true),
		MinimumTLSVersion: jsii.Number(1.2),
		RemovalPolicy:     awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  jsii.String("retention"),
			Expiration:                          awscdk.Duration_Days(jsii.Number(days)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(1)),
		}},
	})
	annotate.Role(bucket, role.Logs, annotate.Attributes{annotate.DataClass: "telemetry"})
	accesslog.AcknowledgeBucket(bucket)
	annotate.Acknowledge(bucket, "Elastic Load Balancing writes its logs under S3's own key and no other.", "NIST.800.53.R5-S3DefaultEncryptionKMS", "CT.S3.PR.10")

	stack := awscdk.Stack_Of(scope)
	var places []*string
	for _, kind := range []string{"access", "connection"} {
		alb.SetAttribute(jsii.String(kind+"_logs.s3.enabled"), jsii.String("true"))
		alb.SetAttribute(jsii.String(kind+"_logs.s3.bucket"), bucket.BucketName())
		alb.SetAttribute(jsii.String(kind+"_logs.s3.prefix"), jsii.String(kind))
		places = append(places, bucket.ArnForObjects(jsii.String(kind+"/AWSLogs/"+*stack.Account()+"/*")))
	}
	bucket.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid:        jsii.String("LoadBalancersOfThisAccountAndRegion"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("logdelivery.elasticloadbalancing.amazonaws.com"), nil)},
		Actions:    jsii.Strings("s3:PutObject"),
		Resources:  &places,
		Conditions: &map[string]any{"ArnLike": map[string]any{"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("elasticloadbalancing"), Resource: jsii.String("loadbalancer"), ResourceName: jsii.String("*"),
		})}},
	}))
	// The load balancer writes a test file as soon as it is told of the bucket.
	alb.Node().AddDependency(bucket.Policy())
	return bucket
}
