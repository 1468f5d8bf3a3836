package site

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/edgelogs"
	"fulcrum/constructs/internal/edgetls"
	"fulcrum/constructs/internal/js"
	"fulcrum/design/role"
)

func newDistribution(scope constructs.Construct, p Props, bucket, edgeLogs awss3.Bucket, headers awscloudfront.ResponseHeadersPolicy) awscloudfront.Distribution {
	behavior := &awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, &awscloudfrontorigins.S3BucketOriginWithOACProps{
			OriginId: jsii.String("Content"),
			OriginAccessControl: awscloudfront.NewS3OriginAccessControl(scope, jsii.String("OriginAccess"), &awscloudfront.S3OriginAccessControlProps{
				OriginAccessControlName: globalName(scope, "OriginAccess"),
				Signing:                 awscloudfront.Signing_SIGV4_ALWAYS(),
			}),
		}),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
		CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
		ResponseHeadersPolicy: headers,
		Compress:              jsii.Bool(true),
	}
	options := &awscloudfront.DistributionProps{
		Comment:           jsii.String("Static content of " + *awscdk.Aws_STACK_NAME()),
		DefaultBehavior:   behavior,
		DefaultRootObject: jsii.String(rootObject),
		HttpVersion:       awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:        p.PriceClass,
		LogBucket:         edgeLogs,
		LogFilePrefix:     jsii.String("cloudfront/"),
		ErrorResponses:    p.errorResponses(),
	}
	floor := "1.2"
	if p.Certificate != nil {
		floor = "1.3"
		options.Certificate = p.Certificate
		options.DomainNames = js.Strings(p.DomainNames)
		options.MinimumProtocolVersion = awscloudfront.SecurityPolicyProtocol_TLS_V1_3_2025
		options.SslSupportMethod = awscloudfront.SSLMethod_SNI
	} else {
		edgetls.RefuseOld(scope, behavior, globalName)
	}
	floors := behavior.FunctionAssociations
	if p.Reads != nil && p.SinglePage {
		behavior.FunctionAssociations = routing(scope, p.Certificate == nil)
	}
	distribution := awscloudfront.NewDistribution(scope, jsii.String("Distribution"), options)
	edgelogs.Order(distribution, edgeLogs)
	addReads(scope, p, distribution, behavior.OriginRequestPolicy, floors)
	annotate.Role(distribution, role.Delivery, annotate.Attributes{"minimum-tls": floor})
	acknowledge(distribution, p)

	if p.Key.Own() {
		// The key's policy names every distribution of the account, for the one
		// would close a circle: distribution, bucket, key. The bucket's policy does
		// name the one, and a read needs both.
		awscdk.Annotations_Of(p.Key.KMS.Node().Scope()).AcknowledgeWarning(
			jsii.String("@aws-cdk/aws-cloudfront-origins:wildcardKeyPolicyForOac"),
			jsii.String("The bucket's policy names the distribution, and a read needs both"))
	}
	return distribution
}

// errorResponses answers for objects that are not there. S3 says 403 rather than
// 404 to a reader that may not list the bucket, which CloudFront may not.
// acknowledge says why the distribution does not follow some rules.
func acknowledge(distribution awscloudfront.Distribution, p Props) {
	annotate.Acknowledge(distribution, "The files are for everybody, everywhere: there is nothing to inspect and no country to keep out.", "AwsSolutions-CFR1", "AwsSolutions-CFR2")
	annotate.Acknowledge(distribution, "The files are in one bucket, which is one Region's; what fails with it would fail with the service.", "CT.CLOUDFRONT.PR.4")
	if p.Certificate == nil {
		annotate.Acknowledge(distribution, "Without a domain there is no certificate but CloudFront's own, which allows old TLS; a function refuses what comes over less than 1.2.",
			"AwsSolutions-CFR4", "CT.CLOUDFRONT.PR.6", "CT.CLOUDFRONT.PR.7", "CT.CLOUDFRONT.PR.9")
	}
}

func (p Props) errorResponses() *[]*awscloudfront.ErrorResponse {
	if p.Reads != nil {
		return nil // they would answer for the API too
	}
	page, status := "/404.html", 404.0
	if p.SinglePage {
		page, status = "/"+rootObject, 200
	}
	var list []*awscloudfront.ErrorResponse
	for _, from := range []float64{403, 404} {
		list = append(list, &awscloudfront.ErrorResponse{
			HttpStatus:         jsii.Number(from),
			ResponseHttpStatus: jsii.Number(status),
			ResponsePagePath:   jsii.String(page),
			Ttl:                awscdk.Duration_Minutes(jsii.Number(1)),
		})
	}
	return &list
}

func newHeaders(scope constructs.Construct, p Props) awscloudfront.ResponseHeadersPolicy {
	return awscloudfront.NewResponseHeadersPolicy(scope, jsii.String("Headers"), &awscloudfront.ResponseHeadersPolicyProps{
		ResponseHeadersPolicyName: globalName(scope, "Headers"),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: awscdk.Duration_Days(jsii.Number(365)),
				IncludeSubdomains:   jsii.Bool(true),
				Override:            jsii.Bool(true),
			},
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{
				ContentSecurityPolicy: jsii.String(p.contentSecurityPolicy()),
				Override:              jsii.Bool(true),
			},
			ContentTypeOptions: &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			FrameOptions: &awscloudfront.ResponseHeadersFrameOptions{
				FrameOption: awscloudfront.HeadersFrameOption_DENY,
				Override:    jsii.Bool(true),
			},
			ReferrerPolicy: &awscloudfront.ResponseHeadersReferrerPolicy{
				ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
				Override:       jsii.Bool(true),
			},
		},
	})
}

func (p Props) contentSecurityPolicy() string {
	connect := append([]string{"'self'"}, p.APIOrigins...)
	return strings.Join([]string{
		"default-src 'self'",
		"connect-src " + strings.Join(connect, " "),
		"object-src 'none'",
		"base-uri 'self'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}
