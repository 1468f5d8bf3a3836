// Package httpapi defines an API Gateway HTTP API in front of one function or of
// servers that a link to a VPC leads to.
//
// Choose it over package restapi for about a third of the price per request.
// Choose restapi for usage plans, request validation, a web ACL and TLS 1.3
// only: an HTTP API's own endpoint takes TLS 1.2 and better and cannot be told
// otherwise. Choose package loadbalancer for traffic that is high and steady.
//
// The integration times out after 30 seconds, and that cannot be raised.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
package httpapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
	"fulcrum/constructs/vpclink"
)

// Props configures an API. The zero value of an optional field means its default.
type Props struct {
	// Handler receives every request, as payload version 2.0. Required, unless
	// there is a Link.
	Handler awslambda.IFunction
	// Link leads to the servers that receive every request. Required, unless there
	// is a Handler.
	Link *vpclink.Link
	// Routes are the operations offered; there is no catch-all. Required. The API
	// does not validate bodies, so their Body is not used.
	Routes []route.Route
	// Authorizer decides who may call which route, by the token in the header
	// Authorization, and answers in the simple form. Its answers are kept for
	// AuthorizerTTL under the token and the route.
	// Default: the API verifies tokens itself, by Issuer and Audience.
	Authorizer awslambda.IFunction
	// IAM lets in AWS principals that sign their requests and whose policies allow
	// the route, in place of bearers of tokens. Default: tokens.
	IAM bool
	// Issuer is the "iss" of tokens, a URL under which the OpenID configuration
	// is found. Required, unless every route is public.
	Issuer string
	// Audience are the ids of clients whose tokens are taken: a token's "aud" or,
	// as with Cognito's access tokens, its "client_id". Required, unless every
	// route is public.
	Audience []string
	// CORSOrigins may call the API from a browser, for example
	// "https://www.example.org". Default: none, cross-origin calls are refused.
	CORSOrigins []string
	// Rate is how many requests a second each route takes that sets no rate of
	// its own. Required.
	Rate int
	// Burst is how many requests such a route takes at once above Rate. Required.
	Burst int
	// Domain is a name of the API's own, and Certificate one for it in the stack's
	// Region. It answers to its own endpoint as well, which health checks ask.
	// Default: the API's own endpoint alone.
	Domain      string
	Certificate awscertificatemanager.ICertificate
	// LogKey encrypts the access log. Required.
	LogKey *keys.Key
	// LogDays is how long the access log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// AnonymousLog leaves the subject of the caller's token out of the access log.
	// Default: the log says who called.
	AnonymousLog bool
	// Sandbox deletes the access log with its stack. Default: it stays.
	Sandbox bool
}

// API is an HTTP API and the resources defined with it.
type API struct {
	HTTP  awsapigatewayv2.HttpApi
	Stage awsapigatewayv2.HttpStage
	Log   awslogs.LogGroup
	// Name is nil without Props.Domain. A record points the domain at it.
	Name awsapigatewayv2.DomainName
}

// New defines an API called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *API { return build(scope, id, p) }

// Endpoint returns the API's URL, without a slash at its end.
func (a *API) Endpoint() string { return *a.HTTP.ApiEndpoint() }
