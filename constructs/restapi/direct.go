package restapi

import (
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/direct"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/route"
)

// Direct is a route that the API hands to an AWS service without the handler. It
// needs a token, for the caller's name goes with the request.
type Direct struct {
	Route   route.Route
	Service direct.Service
}

// all returns every route, the direct ones last.
func (p Props) all() []route.Route {
	list := slices.Clone(p.Routes)
	for _, d := range p.Direct {
		list = append(list, d.Route)
	}
	return list
}

// integrateDirect defines the integration of each direct route, in their order.
func (p Props) integrateDirect(scope constructs.Construct) []direct.Integration {
	if len(p.Direct) == 0 {
		return nil
	}
	door := direct.Door{Caller: p.caller()}
	if len(p.CORSOrigins) > 0 {
		door.Origin = allowed(p.CORSOrigins)
	}
	scope = constructs.NewConstruct(scope, jsii.String("Direct"))
	var list []direct.Integration
	for _, d := range p.Direct {
		list = append(list, d.Service.Integrate(constructs.NewConstruct(scope, jsii.String(d.Route.Key())), d.Route, door))
	}
	return list
}

// caller is the variable that says who calls. A client cannot set it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
func (p Props) caller() string {
	switch {
	case p.IAM:
		return "context.identity.user"
	case p.Authorizer != nil:
		return "context.authorizer.sub"
	}
	return "context.authorizer.claims.sub"
}

// binaryTypes returns the media types that integrations take byte for byte.
func binaryTypes(list []direct.Integration) *[]*string {
	var types []string
	for _, i := range list {
		for _, t := range i.BinaryTypes {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	if len(types) == 0 {
		return nil
	}
	return jsii.Strings(types...)
}

// apply adds what an integration needs to a method's options.
func (b *bodies) apply(i direct.Integration, options *awsapigateway.MethodOptions) {
	options.MethodResponses = &i.Responses
	if len(i.Parameters) == 0 {
		return
	}
	if b.parameters == nil {
		b.parameters = awsapigateway.NewRequestValidator(b.scope, jsii.String("Parameters"), &awsapigateway.RequestValidatorProps{
			RestApi:                   b.rest,
			ValidateRequestParameters: jsii.Bool(true),
		})
	}
	required := map[string]*bool{}
	for name, must := range i.Parameters {
		required[name] = jsii.Bool(must)
	}
	options.RequestValidator = b.parameters
	options.RequestParameters = &required
}

func (p Props) checkDirect(found *props.Problems) {
	for i, d := range p.Direct {
		at := fmt.Sprintf("Direct[%d]", i)
		found.Check(!d.Route.Public, at+".Route", "%s is public; a direct route names its caller, so give it a Scope", d.Route.Key())
		if d.Service == nil {
			found.Required(false, at+".Service")
			continue
		}
		if err := d.Service.Validate(); err != nil {
			found.Check(false, at+".Service", "%v", err)
		}
	}
}
