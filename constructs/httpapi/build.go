package httpapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/accesslog"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
	"fulcrum/design/role"
)

const defaultLogDays = 30

func build(scope constructs.Construct, id string, p Props) *API {
	props.Must("httpapi", id, p.Validate())
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))

	http := awsapigatewayv2.NewHttpApi(scope, jsii.String("Resource"), &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String(name.InStack(scope)),
		CreateDefaultStage: jsii.Bool(false), // it would have no log and no throttle
		CorsPreflight:      p.cors(),
	})
	annotate.Role(http, role.FrontDoor)
	log := loggroup.New(scope, "AccessLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	stage := newStage(scope, http, log, p)
	addRoutes(http, stage, p)
	acknowledge(scope, stage)
	return &API{HTTP: http, Stage: stage, Log: log, Name: newDomain(scope, http, stage, p)}
}

// newDomain gives the API a name of its own. TLS 1.2 is the most that a name of an
// HTTP API asks for; 1.3 is spoken to whoever offers it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
func newDomain(scope constructs.Construct, http awsapigatewayv2.HttpApi, stage awsapigatewayv2.HttpStage, p Props) awsapigatewayv2.DomainName {
	if p.Domain == "" {
		return nil
	}
	name := awsapigatewayv2.NewDomainName(scope, jsii.String("Domain"), &awsapigatewayv2.DomainNameProps{
		DomainName:     jsii.String(p.Domain),
		Certificate:    p.Certificate,
		EndpointType:   awsapigatewayv2.EndpointType_REGIONAL,
		SecurityPolicy: awsapigatewayv2.SecurityPolicy_TLS_1_2,
	})
	awsapigatewayv2.NewApiMapping(scope, jsii.String("Mapping"), &awsapigatewayv2.ApiMappingProps{Api: http, DomainName: name, Stage: stage})
	return name
}

// acknowledge says why the API does not follow some rules.
func acknowledge(scope constructs.Construct, stage awsapigatewayv2.HttpStage) {
	annotate.Acknowledge(stage, "It has an access log; the rule takes the log group's ARN only as plain text.", "CT.APIGATEWAY.PR.4")
	annotate.AcknowledgeWithin(scope, "AWS::ApiGatewayV2::Route", "The design makes this route public: the health check, and what anybody may read.",
		"AwsSolutions-APIG4", "CT.APIGATEWAY.PR.5")
	annotate.AcknowledgeWithin(scope, "AWS::Lambda::Permission", "It names this API's route as the source; the rule takes an ARN only as plain text.", "CT.LAMBDA.PR.2")
}

func newStage(scope constructs.Construct, http awsapigatewayv2.HttpApi, log awslogs.LogGroup, p Props) awsapigatewayv2.HttpStage {
	stage := awsapigatewayv2.NewHttpStage(scope, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi:    http,
		StageName:  jsii.String("$default"),
		AutoDeploy: jsii.Bool(true),
		// Metrics for each route are custom metrics, by price; the handler counts its
		// operations itself.
		DetailedMetricsEnabled: jsii.Bool(false),
		Throttle:               throttle(p.Rate, p.Burst),
	})
	resource := stage.Node().DefaultChild().(awsapigatewayv2.CfnStage)
	resource.SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: accesslog.Destination(log),
		Format:         jsii.String(accesslog.HTTP(p.AnonymousLog)),
	})
	settings := map[string]any{}
	for _, r := range p.Routes {
		if r.Rate != 0 {
			settings[r.Key()] = map[string]any{
				"ThrottlingRateLimit":  r.Rate,
				"ThrottlingBurstLimit": r.Burst,
			}
		}
	}
	if len(settings) > 0 {
		resource.SetRouteSettings(settings)
	}
	return stage
}

func addRoutes(http awsapigatewayv2.HttpApi, stage awsapigatewayv2.HttpStage, p Props) {
	integration := p.integration()
	var authorizer awsapigatewayv2.IHttpRouteAuthorizer = awsapigatewayv2.NewHttpNoneAuthorizer()
	if len(route.Scopes(p.Routes)) > 0 {
		authorizer = p.authorizer()
	}
	for _, r := range p.Routes {
		options := &awsapigatewayv2.AddRoutesOptions{
			Path:        jsii.String(r.Path),
			Methods:     &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(r.Method)},
			Integration: integration,
			Authorizer:  awsapigatewayv2.NewHttpNoneAuthorizer(),
		}
		if !r.Public {
			options.Authorizer = authorizer
			if p.tokens() {
				options.AuthorizationScopes = jsii.Strings(r.Scope)
			}
		}
		for _, defined := range *http.AddRoutes(options) {
			// A stage that sets a route's throttle needs the route to exist.
			stage.Node().AddDependency(defined)
		}
	}
}

// integration returns what every route hands requests to. The stage is the API's
// default, whose name is no part of the path that servers see.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
func (p Props) integration() awsapigatewayv2.HttpRouteIntegration {
	if p.Link != nil {
		return awsapigatewayv2integrations.NewHttpAlbIntegration(jsii.String("Servers"), p.Link.Balancer.Listener, &awsapigatewayv2integrations.HttpAlbIntegrationProps{
			Method:  awsapigatewayv2.HttpMethod_ANY, // the client's own
			VpcLink: p.Link.API,
		})
	}
	return awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Handler"), p.Handler, &awsapigatewayv2integrations.HttpLambdaIntegrationProps{
		PayloadFormatVersion:   awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(),
		ScopePermissionToRoute: jsii.Bool(true),
	})
}

func (p Props) cors() *awsapigatewayv2.CorsPreflightOptions {
	if len(p.CORSOrigins) == 0 {
		return nil
	}
	var methods []awsapigatewayv2.CorsHttpMethod
	seen := map[string]bool{}
	for _, r := range p.Routes {
		if !seen[r.Method] {
			seen[r.Method] = true
			methods = append(methods, awsapigatewayv2.CorsHttpMethod(r.Method))
		}
	}
	return &awsapigatewayv2.CorsPreflightOptions{
		AllowOrigins:  js.Strings(p.CORSOrigins),
		AllowMethods:  &methods,
		AllowHeaders:  jsii.Strings(p.requestHeaders()...),
		ExposeHeaders: jsii.Strings(route.ResponseHeaders...),
		MaxAge:        js.Seconds(route.PreflightAge),
	}
}

func throttle(rate, burst int) *awsapigatewayv2.ThrottleSettings {
	return &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(rate), BurstLimit: jsii.Number(burst)}
}
