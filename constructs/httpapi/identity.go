package httpapi

import (
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/route"
)

// AuthorizerTTL is how long an authorizer's answer holds for one token and route: a
// token that ends meanwhile is let in until then.
const AuthorizerTTL = 5 * time.Minute

// tokens says whether the API verifies tokens itself.
func (p Props) tokens() bool { return p.Authorizer == nil && !p.IAM }

// authorizer returns who decides on the routes that are not public.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
func (p Props) authorizer() awsapigatewayv2.IHttpRouteAuthorizer {
	switch {
	case p.IAM:
		return awsapigatewayv2authorizers.NewHttpIamAuthorizer()
	case p.Authorizer != nil:
		return awsapigatewayv2authorizers.NewHttpLambdaAuthorizer(jsii.String("Tokens"), p.Authorizer, &awsapigatewayv2authorizers.HttpLambdaAuthorizerProps{
			AuthorizerName: jsii.String("Tokens"),
			ResponseTypes:  &[]awsapigatewayv2authorizers.HttpLambdaResponseType{awsapigatewayv2authorizers.HttpLambdaResponseType_SIMPLE},
			// Answers are kept under what is named here. A simple answer is for one
			// route, so the route is part of it.
			IdentitySource:  jsii.Strings("$request.header.Authorization", "$context.routeKey"),
			ResultsCacheTtl: js.Seconds(AuthorizerTTL),
		})
	}
	return awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Tokens"), jsii.String(p.Issuer), &awsapigatewayv2authorizers.HttpJwtAuthorizerProps{
		AuthorizerName: jsii.String("Tokens"),
		IdentitySource: jsii.Strings("$request.header.Authorization"),
		JwtAudience:    js.Strings(p.Audience),
	})
}

// requestHeaders are the headers that a browser may send: a signature has some of
// its own.
func (p Props) requestHeaders() []string {
	if p.IAM {
		return slices.Concat(route.RequestHeaders, route.SignatureHeaders)
	}
	return route.RequestHeaders
}
