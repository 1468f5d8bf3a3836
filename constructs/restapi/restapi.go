// Package restapi defines a Regional API Gateway REST API in front of one
// function, or of servers that a link to a VPC leads to, with usage plans, request
// validation, a resource policy and, if one is given, a web ACL.
//
// Choose it over package httpapi for any of those, for TLS 1.3 only and for
// X-Ray; it costs about three times as much per request. Choose package
// loadbalancer for traffic that is high and steady.
//
// The function or the servers answer browsers themselves: they must set
// Access-Control-Allow-Origin on their responses. Preflight requests and the API's
// own errors carry the CORS headers already; those errors are problem details
// (RFC 9457).
package restapi

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"

	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
	"fulcrum/constructs/vpclink"
	"fulcrum/constructs/webacl"
)

// Props configures an API. The zero value of an optional field means its default.
type Props struct {
	// Handler receives every request, as payload version 1.0. Required, unless
	// there is a Link.
	Handler awslambda.IFunction
	// Link leads to the servers that receive every request. Required, unless there
	// is a Handler.
	Link *vpclink.Link
	// Routes are the operations offered; there is no catch-all. Required. Bodies
	// are validated where a route has a Body, and API keys asked for where it has
	// APIKey.
	Routes []route.Route
	// Direct are the routes that AWS services answer without the handler.
	// Default: none.
	Direct []Direct
	// Canary gives a share of the requests to another function than Handler.
	// Default: Handler receives all.
	Canary *Canary
	// Authorizer decides who may call which method, by the token in the header
	// Authorization, with a policy for that method. Its answers are kept for
	// AuthorizerTTL under token and method.
	// Default: the API verifies the tokens of UserPool itself.
	Authorizer awslambda.IFunction
	// IAM lets in AWS principals that sign their requests and whose policies allow
	// the method, in place of bearers of tokens. Default: tokens.
	IAM bool
	// Domain serves the API under a name of its own, to clients with certificates
	// only. Default: under API Gateway's name, to any client.
	Domain *Domain
	// UserPool issues the tokens. Required, unless every route is public.
	UserPool awscognito.IUserPool
	// CORSOrigins may call the API from a browser, for example
	// "https://www.example.org". Default: none, cross-origin calls are refused.
	CORSOrigins []string
	// Rate is how many requests a second the stage takes on each method that sets
	// no rate of its own. Required.
	Rate int
	// Burst is how many requests such a method takes at once above Rate. Required.
	Burst int
	// Plan limits each client that calls the routes with APIKey. Required if there
	// are such routes.
	Plan *Plan
	// WebACL guards the stage. Default: none.
	WebACL *webacl.WebACL
	// AllowCIDRs are the only addresses that the resource policy lets in.
	// Default: all, as far as the authorizer.
	AllowCIDRs []string
	// DenyCIDRs are addresses that the resource policy keeps out. Default: none.
	DenyCIDRs []string
	// Timeout is how long the handler may take. Over 29 seconds the account's
	// quota "Maximum integration timeout in milliseconds" must have been raised,
	// or deployment fails. Default: 29 seconds.
	Timeout time.Duration
	// LogKey encrypts the logs. Required.
	LogKey *keys.Key
	// LogDays is how long the logs are kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// AnonymousLog leaves the subject of the caller's token out of the access log.
	// Default: the log says who called.
	AnonymousLog bool
	// KeepAccountRole leaves the role with which API Gateway writes logs as the
	// account has it. That setting is one for each account and Region.
	// Default: the stack sets it to a role that writes logs and nothing else; role
	// and setting outlive the stack, for other APIs may depend on them by then.
	KeepAccountRole bool
	// Sandbox deletes the logs with their stack. Default: they stay.
	Sandbox bool
}

// Plan is a usage plan: the limits of each client that holds a key.
type Plan struct {
	// Clients are the names of the clients; each gets a key. API Gateway makes up
	// its value. Required.
	Clients []string
	// Rate is how many requests a second one client may send. Required.
	Rate int
	// Burst is how many it may send at once above Rate. Required.
	Burst int
	// DailyQuota is how many it may send in a day. Default: no quota.
	DailyQuota int
}

// API is a REST API and the resources defined with it.
type API struct {
	REST  awsapigateway.RestApi
	Stage awsapigateway.Stage
	// Access records every request, Execution the API's own errors.
	Access, Execution awslogs.LogGroup
	// Plan is nil unless Props.Plan; Keys are its clients' keys, in their order.
	Plan awsapigateway.UsagePlan
	Keys []awsapigateway.IApiKey

	domain string
}

// New defines an API called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *API { return build(scope, id, p) }

// Endpoint returns the stage's URL, without a slash at its end.
func (a *API) Endpoint() string {
	if a.domain != "" {
		return "https://" + a.domain
	}
	return "https://" + *a.REST.RestApiId() + ".execute-api." + *a.REST.Stack().Region() + ".amazonaws.com/" + StageName
}
