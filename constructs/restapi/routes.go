package restapi

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/direct"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/route"
)

// addRoutes defines a method for each route, with one authorizer and one request
// validator: first those of the handler or the servers, then the direct ones.
func addRoutes(scope constructs.Construct, rest awsapigateway.RestApi, p Props, services []direct.Integration) {
	var handler awsapigateway.Integration
	if p.Handler != nil {
		handler = toFunction(p.Handler)
	}
	var authorizer awsapigateway.IAuthorizer
	if len(route.Scopes(p.all())) > 0 {
		authorizer = p.authorizer(scope)
	}
	bodies := &bodies{scope: constructs.NewConstruct(scope, jsii.String("Bodies")), rest: rest}
	offered := map[string][]string{} // methods by path
	var paths []string
	for i, r := range p.all() {
		options := &awsapigateway.MethodOptions{
			OperationName:     jsii.String(r.Key()),
			ApiKeyRequired:    jsii.Bool(r.APIKey),
			AuthorizationType: awsapigateway.AuthorizationType_NONE,
		}
		if !r.Public {
			p.protect(r, options, authorizer)
		}
		bodies.validate(r, options)
		integration, at := handler, i-len(p.Routes)
		switch {
		case at >= 0:
			integration = services[at].AWS
			bodies.apply(services[at], options)
		case p.Link != nil:
			integration = toServers(p.Link, r, options, p.Domain != nil)
		}
		method := resource(rest, r.Path).AddMethod(jsii.String(r.Method), integration, options)
		if p.Link != nil && at < 0 {
			throughLink(method, p.Link)
		}
		if p.Canary != nil && at < 0 {
			byVariable(method)
		}
		if p.Timeout > longestByDefault && at < 0 {
			method.Node().DefaultChild().(awsapigateway.CfnMethod).AddPropertyOverride(
				jsii.String("Integration.TimeoutInMillis"), p.Timeout.Milliseconds())
		}
		if offered[r.Path] == nil {
			paths = append(paths, r.Path)
		}
		offered[r.Path] = append(offered[r.Path], r.Method)
	}
	if len(p.CORSOrigins) == 0 {
		return
	}
	for _, path := range paths {
		// Preflight requests carry neither token nor key.
		resource(rest, path).AddCorsPreflight(&awsapigateway.CorsOptions{
			AllowOrigins:  js.Strings(p.CORSOrigins),
			AllowMethods:  js.Strings(offered[path]),
			AllowHeaders:  jsii.Strings(p.requestHeaders()...),
			ExposeHeaders: jsii.Strings(route.ResponseHeaders...),
			MaxAge:        js.Seconds(route.PreflightAge),
		})
	}
}

func resource(rest awsapigateway.RestApi, path string) awsapigateway.IResource {
	if path == "/" {
		return rest.Root()
	}
	return rest.Root().ResourceForPath(jsii.String(path))
}

// bodies defines the validator and the models on first use.
type bodies struct {
	scope     constructs.Construct
	rest      awsapigateway.RestApi
	validator awsapigateway.RequestValidator
	// parameters is the validator of parameters.
	parameters awsapigateway.RequestValidator
}

func (b *bodies) validate(r route.Route, options *awsapigateway.MethodOptions) {
	if r.Body == nil {
		return
	}
	if b.validator == nil {
		b.validator = awsapigateway.NewRequestValidator(b.scope, jsii.String("Validator"), &awsapigateway.RequestValidatorProps{
			RestApi:             b.rest,
			ValidateRequestBody: jsii.Bool(true),
		})
	}
	model := awsapigateway.NewCfnModel(b.scope, jsii.String(r.Key()), &awsapigateway.CfnModelProps{
		RestApiId:   b.rest.RestApiId(),
		ContentType: jsii.String("application/json"),
		Description: jsii.String("Body of " + r.Key()),
		Schema:      r.Body,
	})
	deployment := b.rest.LatestDeployment()
	deployment.Node().AddDependency(model)
	deployment.AddToLogicalId(r.Body) // a stage shows a changed model only after a new deployment

	options.RequestValidator = b.validator
	// A content type that has no model is not validated; "$default" is any.
	options.RequestModels = &map[string]awsapigateway.IModel{
		"$default": awsapigateway.Model_FromModelName(b.scope, jsii.String(r.Key()+" model"), model.Ref()),
	}
}

// keyHeader is where API Gateway looks for a client's key.
const keyHeader = "x-api-key"

// longestByDefault is the integration timeout of an account whose quota has not
// been raised.
const longestByDefault = 29 * time.Second
