package site

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawscloudfront"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/edgetls"
	"fulcrum/constructs/internal/js"
)

// Reads are what of an API everybody may read, and the distribution may keep.
type Reads struct {
	// Origin is the API's host name, OriginPath what its paths begin with, for
	// example "/live". Origin is required.
	Origin, OriginPath string
	// Paths are the patterns of what is served from the API, for example "/dinners",
	// "/dinners/*". Required.
	Paths []string
	// Age bounds how long the distribution keeps an answer; the API's own
	// Cache-Control says how long it may. Whole seconds from 1 up to a day. Required.
	Age time.Duration
}

// addReads serves the paths of p.Reads from the API. Only what anybody may ask for
// passes: no token goes along, and nothing but GET and HEAD.
func addReads(scope constructs.Construct, p Props, distribution awscloudfront.Distribution, tls interfacesawscloudfront.IOriginRequestPolicyRef, floors *[]*awscloudfront.FunctionAssociation) {
	if p.Reads == nil {
		return
	}
	policy := awscloudfront.NewCachePolicy(scope, jsii.String("Reads"), &awscloudfront.CachePolicyProps{
		CachePolicyName: globalName(scope, "Reads"),
		Comment:         jsii.String("Keeps an answer as long as the API says"),
		DefaultTtl:      js.Seconds(time.Second), // an answer that says nothing; the API's own say
		MinTtl:          awscdk.Duration_Seconds(jsii.Number(0)),
		MaxTtl:          js.Seconds(p.Reads.Age),
		// A page of another origin is answered for that origin.
		HeaderBehavior:             awscloudfront.CacheHeaderBehavior_AllowList(jsii.String("Origin")),
		QueryStringBehavior:        awscloudfront.CacheQueryStringBehavior_All(),
		EnableAcceptEncodingGzip:   jsii.Bool(true),
		EnableAcceptEncodingBrotli: jsii.Bool(true),
	})
	origin := awscloudfrontorigins.NewHttpOrigin(jsii.String(p.Reads.Origin), &awscloudfrontorigins.HttpOriginProps{
		OriginId:           jsii.String("API"),
		OriginPath:         js.String(p.Reads.OriginPath),
		ProtocolPolicy:     awscloudfront.OriginProtocolPolicy_HTTPS_ONLY,
		OriginSslProtocols: &[]awscloudfront.OriginSslPolicy{awscloudfront.OriginSslPolicy_TLS_V1_2},
	})
	for _, path := range p.Reads.Paths {
		distribution.AddBehavior(jsii.String(path), origin, &awscloudfront.AddBehaviorOptions{
			ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			AllowedMethods:       awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
			CachePolicy:          policy,
			Compress:             jsii.Bool(true),
			OriginRequestPolicy:  tls,
			FunctionAssociations: floors,
		})
	}
}

// routing sends paths without an extension to the application, which routes in the
// browser. Error pages, which do so without it, would answer for the API too.
func routing(scope constructs.Construct, refuseOldTLS bool) *[]*awscloudfront.FunctionAssociation {
	refusal := ""
	if refuseOldTLS {
		refusal = edgetls.Refusal
	}
	return &[]*awscloudfront.FunctionAssociation{{
		EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
		Function: awscloudfront.NewFunction(scope, jsii.String("Routing"), &awscloudfront.FunctionProps{
			FunctionName: globalName(scope, "Routing"),
			Comment:      jsii.String("Leads to the application what is no file"),
			Runtime:      awscloudfront.FunctionRuntime_JS_2_0(),
			Code: awscloudfront.FunctionCode_FromInline(jsii.String(`function handler(event) {
` + refusal + `  var request = event.request;
  if (!/\.[^\/]+$/.test(request.uri)) {
    request.uri = '/` + rootObject + `';
  }
  return request;
}
`)),
		}),
	}}
}
