// Package edgetls refuses old versions of TLS at a CloudFront distribution that has
// no certificate of its own, for which no setting does.
package edgetls

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// RefuseOld adds a function at the edge that answers 426 to viewers that came over
// less than TLS 1.2. The header it looks at has to be asked for, and only an origin
// request policy can, unless the behavior has one that does; a request without it
// is let through, so that a lost policy does not close the site. Name makes the
// names of what is defined within scope.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html#tls-related-versions
func RefuseOld(scope constructs.Construct, behavior *awscloudfront.BehaviorOptions, name func(scope constructs.Construct, id string) *string) {
	if behavior.OriginRequestPolicy == nil {
		behavior.OriginRequestPolicy = awscloudfront.NewOriginRequestPolicy(scope, jsii.String("ViewerTLS"), &awscloudfront.OriginRequestPolicyProps{
			OriginRequestPolicyName: name(scope, "ViewerTLS"),
			HeaderBehavior:          awscloudfront.OriginRequestHeaderBehavior_AllowList(jsii.String(Header)),
		})
	}
	floor := awscloudfront.NewFunction(scope, jsii.String("RefuseOldTLS"), &awscloudfront.FunctionProps{
		FunctionName: name(scope, "RefuseOldTLS"),
		Comment:      jsii.String("Refuses what arrives over less than TLS 1.2"),
		Runtime:      awscloudfront.FunctionRuntime_JS_2_0(),
		Code:         awscloudfront.FunctionCode_FromInline(jsii.String(code)),
	})
	behavior.FunctionAssociations = &[]*awscloudfront.FunctionAssociation{{
		EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
		Function:  floor,
	}}
}

// Header is what CloudFront tells of the viewer's TLS in, if it is asked to.
const Header = "CloudFront-Viewer-TLS"

const code = `function handler(event) {
` + Refusal + `  return event.request;
}
`

// Refusal is what the function does, for functions that do more.
const Refusal = `  var tls = event.request.headers['cloudfront-viewer-tls'];
  if (tls && /^(SSLv3|TLSv1|TLSv1\.1):/.test(tls.value)) {
    return { statusCode: 426, statusDescription: 'Upgrade Required', headers: { upgrade: { value: 'TLS/1.2' } } };
  }
`
