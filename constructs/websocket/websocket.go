// Package websocket defines a WebSocket API with one function behind it: who may
// connect, what becomes of a connection, and the right to send to it.
//
// Choose it where clients are to be told at once and no server is to be kept for
// their connections; a load balancer before servers has neither the two hours after
// which a connection here ends nor a price for each message.
//
// An API of this kind takes TLS 1.2 and better, has neither a web ACL nor a resource
// policy, and no traces.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
package websocket

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/constructs/internal/apilogs"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures an API. The zero value of an optional field means its default.
type Props struct {
	// Handler decides who may connect, by the header Sec-WebSocket-Protocol, and
	// answers $connect, $disconnect and every message. Required.
	Handler awslambda.IFunction
	// Rate is how many connections, ends and messages a second each route takes.
	// Required.
	Rate int
	// Burst is how many it takes at once above Rate. Required.
	Burst int
	// LogKey encrypts the access log. Required.
	LogKey *keys.Key
	// LogDays is how long the access log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Sandbox deletes the access log with its stack. Default: it stays.
	Sandbox bool
}

// API is a WebSocket API and the resources defined with it.
type API struct {
	Socket awsapigatewayv2.WebSocketApi
	Stage  awsapigatewayv2.WebSocketStage
	Log    awslogs.LogGroup
}

const (
	stageName      = "live"
	defaultLogDays = 30
)

// New defines an API called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *API {
	props.Must("websocket", id, p.Validate())
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	route := func(id string, answers bool) *awsapigatewayv2.WebSocketRouteOptions {
		return &awsapigatewayv2.WebSocketRouteOptions{
			Integration:    awsapigatewayv2integrations.NewWebSocketLambdaIntegration(jsii.String(id), p.Handler, nil),
			ReturnResponse: jsii.Bool(answers),
		}
	}
	connect := route("Connect", false)
	// API Gateway asks about every connection; it keeps no answers for this kind of
	// API. The header is the only one that a browser can set.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
	connect.Authorizer = awsapigatewayv2authorizers.NewWebSocketLambdaAuthorizer(jsii.String("Tokens"), p.Handler, &awsapigatewayv2authorizers.WebSocketLambdaAuthorizerProps{
		AuthorizerName: jsii.String("Tokens"),
		IdentitySource: jsii.Strings("route.request.header.Sec-WebSocket-Protocol"),
	})
	socket := awsapigatewayv2.NewWebSocketApi(scope, jsii.String("Resource"), &awsapigatewayv2.WebSocketApiProps{
		ApiName:                jsii.String(name.InStack(scope)),
		ConnectRouteOptions:    connect,
		DisconnectRouteOptions: route("Disconnect", false),
		DefaultRouteOptions:    route("Messages", true),
	})
	annotate.Role(socket, role.Realtime)
	log := loggroup.New(scope, "AccessLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	stage := awsapigatewayv2.NewWebSocketStage(scope, jsii.String("Stage"), &awsapigatewayv2.WebSocketStageProps{
		WebSocketApi:           socket,
		StageName:              jsii.String(stageName),
		AutoDeploy:             jsii.Bool(true),
		DetailedMetricsEnabled: jsii.Bool(false), // see package httpapi
		Throttle:               &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(p.Rate), BurstLimit: jsii.Number(p.Burst)},
	})
	// The formats are of what API Gateway knows of a connection: no header is among
	// it, so no token gets into the log.
	stage.Node().DefaultChild().(awsapigatewayv2.CfnStage).SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: accesslog.Destination(log),
		Format:         jsii.String(accesslog.WebSocket()),
	})
	stage.Node().AddDependency(apilogs.Role(socket.Node().DefaultChild().(awsapigatewayv2.CfnApi)))
	annotate.AcknowledgeWithin(scope, "AWS::ApiGatewayV2::Route", "A connection is let in once, by the authorizer of $connect; its messages come over it and cannot be authorized again.",
		"AwsSolutions-APIG4", "CT.APIGATEWAY.PR.5")
	annotate.Acknowledge(stage, "It has an access log; the rule takes the log group's ARN only as plain text.", "CT.APIGATEWAY.PR.4")
	annotate.AcknowledgeWithin(scope, "AWS::Lambda::Permission", "It names this API's route as the source; the rule takes an ARN only as plain text.", "CT.LAMBDA.PR.2")
	return &API{Socket: socket, Stage: stage, Log: log}
}

// Endpoint returns the address that clients connect to, "wss://…/live".
func (a *API) Endpoint() string { return *a.Stage.Url() }

// Callback returns the address that messages to connections are sent to,
// "https://…/live".
func (a *API) Callback() string { return *a.Stage.CallbackUrl() }

// GrantSend lets grantee send to the API's connections, and do nothing else with
// them.
func (a *API) GrantSend(grantee awsiam.IGrantable) {
	arn := awscdk.Stack_Of(a.Socket).FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("execute-api"), Resource: a.Socket.ApiId(), ResourceName: jsii.String(stageName + "/POST/@connections/*"),
	})
	awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee: grantee, Actions: jsii.Strings("execute-api:ManageConnections"), ResourceArns: &[]*string{arn},
	})
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Handler != nil, "Handler")
	found.Required(p.LogKey != nil, "LogKey")
	found.Check(p.Rate > 0, "Rate", "%d is not positive; say how many messages a second a route takes", p.Rate)
	found.Check(p.Burst > 0, "Burst", "%d is not positive; say how many messages a route takes at once", p.Burst)
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}
