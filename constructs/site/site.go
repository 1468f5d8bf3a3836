// Package site defines a private, encrypted bucket of static content and the
// CloudFront distribution in front of it, which alone may read it.
//
// # TLS
//
// With a certificate the distribution speaks TLS 1.3 only. Without one it answers
// to its cloudfront.net name, and for that certificate CloudFront fixes the
// security policy at TLSv1, which no setting can raise. A function at the edge
// then refuses what arrives over less than TLS 1.2: the handshake still
// succeeds, but no content is served.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesGeneral.html#DownloadDistValues-security-policy
//
// # Logs
//
// Both access logs are under a customer-managed key. The bucket's go to a log
// group: a bucket that receives them can be under an S3 key only. The
// distribution's go to a bucket: the newer way, to a log group, can be set up
// in us-east-1 only, whatever the Region of the stack.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/sal-cw-enabling.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html#enable-access-logging-api
//
// # Content, and the end
//
// The stack puts nothing into the bucket; `aws s3 sync` does, so that content is
// released without a deployment. CloudFormation deletes empty buckets only. The
// log bucket, which CloudFront fills on its own time, therefore outlives its
// stack in every stage and empties itself as its objects expire. The content
// bucket goes with a sandbox's stack once it has been emptied of all versions:
//
//	aws s3api delete-objects --bucket NAME --delete "$(aws s3api list-object-versions --bucket NAME \
//	  --query '{Objects: [Versions, DeleteMarkers][][].{Key: Key, VersionId: VersionId}}' --output json)"
package site

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/edgelogs"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
)

// Props configures a Site. The zero value of an optional field means its default.
type Props struct {
	// Key encrypts the content. Required.
	Key *keys.Key
	// DataClass is the class of data of the content. Default: the key's.
	DataClass string
	// DomainNames are the names the site answers to. Required with a Certificate,
	// and only then. Default: the name CloudFront makes up.
	DomainNames []string
	// Certificate is for DomainNames and lives in us-east-1. Default: none, see
	// the package comment for what that does to TLS.
	Certificate awscertificatemanager.ICertificate
	// APIOrigins are what the site's scripts may call, for example
	// "https://api.example.org"; they go into the content security policy.
	// Default: nothing but the site itself.
	APIOrigins []string
	// ReplacedDays is how long replaced and deleted content is kept, as the data
	// class says. Required.
	ReplacedDays int
	// LogKey encrypts the access logs. Default: Key.
	LogKey *keys.Key
	// LogDays is how long access logs are kept; in the log group rounded down to
	// a period that CloudWatch Logs has. Default: 90 days.
	LogDays int
	// SinglePage answers unknown paths with the root object and status 200, for
	// applications that route in the browser. Default: status 404 and 404.html.
	SinglePage bool
	// Reads are served from an API through the distribution, which keeps answers.
	// Default: the distribution serves the content only.
	Reads *Reads
	// PriceClass chooses the edge locations.
	// Default: those in North America and Europe, the cheapest.
	PriceClass awscloudfront.PriceClass
	// Sandbox deletes the content bucket with its stack if it is empty.
	// Default: it stays.
	Sandbox bool
}

// Site is a bucket, its distribution and the resources defined with them.
type Site struct {
	// Bucket holds the content.
	Bucket       awss3.Bucket
	Distribution awscloudfront.Distribution
	// Headers are the security headers of every response.
	Headers awscloudfront.ResponseHeadersPolicy
	// EdgeLogs holds the distribution's access logs, BucketLog the bucket's.
	EdgeLogs  awss3.Bucket
	BucketLog awslogs.LogGroup
}

const (
	rootObject     = "index.html"
	defaultLogDays = 90
)

// New defines a site called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Site {
	props.Must("site", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	bucket, log := newContent(scope, p)
	edgeLogs := edgelogs.New(scope, "EdgeLogs", p.LogKey, p.LogDays)
	headers := newHeaders(scope, p)
	return &Site{
		Bucket:       bucket,
		Distribution: newDistribution(scope, p, bucket, edgeLogs, headers),
		Headers:      headers,
		EdgeLogs:     edgeLogs,
		BucketLog:    log,
	}
}

func (p Props) withDefaults() Props {
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.LogKey == nil {
		p.LogKey = p.Key
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	if p.PriceClass == "" {
		p.PriceClass = awscloudfront.PriceClass_PRICE_CLASS_100
	}
	return p
}

// globalName returns a name for a resource of CloudFront called id, unique in the
// account in all Regions.
func globalName(scope constructs.Construct, id string) *string {
	return jsii.String(name.InAccount(scope, id))
}
