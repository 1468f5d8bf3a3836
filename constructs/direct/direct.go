// Package direct defines integrations of a REST API with an AWS service and no
// code between: the API maps the request, signs it with a role that can do the one
// action on the one resource, and maps the answer.
//
// Choose it where the door itself can check and hand on all that is asked; choose
// a function where a rule of the domain applies. HTTP APIs have five services of
// their own and no S3; this is for REST APIs.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-aws-proxy.html
package direct

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
)

// Service is what a route is handed to: a Stream, a Bus, a Queue, an Upload or a
// Download.
type Service interface {
	// Integrate defines the integration of a route within scope.
	Integrate(scope constructs.Construct, r route.Route, d Door) Integration
	// Validate reports every problem, or nil.
	Validate() error
}

// Door is what an integration needs to know of the API before it.
type Door struct {
	// Caller is the variable that says who calls, for example
	// "context.authorizer.claims.sub". Nothing a client sends can change it.
	Caller string
	// Origin may read answers from a browser; empty for none, "*" for any.
	Origin string
}

// Integration is how a method is served.
type Integration struct {
	AWS awsapigateway.AwsIntegration
	// Responses are what the method answers.
	Responses []*awsapigateway.MethodResponse
	// Parameters are the request's that the integration reads, each with whether a
	// request without it is refused.
	Parameters map[string]bool
	// BinaryTypes are the media types that must reach the service byte for byte.
	BinaryTypes []string
}

// newRole defines what API Gateway calls a service as. A role for an integration
// must be in the API's own account, and only who may pass it can name it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-request-basic-setup.html
func newRole(scope constructs.Construct, does string, key *keys.Key, use []string, resource string, actions ...string) awsiam.Role {
	role := awsiam.NewRole(scope, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		Description: jsii.String("What the API does without code: " + does),
	})
	annotate.AcknowledgePolicy(role)
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("OneAction"), Actions: jsii.Strings(actions...), Resources: jsii.Strings(resource),
	}))
	if len(use) > 0 && key.Own() {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("UnderItsKey"), Actions: jsii.Strings(use...), Resources: &[]*string{key.KMS.KeyArn()},
		}))
	}
	return role
}

// integrate makes an integration whose request is a template for JSON bodies and
// whose body's other media types are refused with 415.
func integrate(service, action, path string, role awsiam.Role, headers map[string]string, request string, answers []answer, d Door) Integration {
	parameters := map[string]*string{}
	for name, value := range headers {
		parameters["integration.request.header."+name] = jsii.String("'" + value + "'")
	}
	props := &awsapigateway.AwsIntegrationProps{
		Service:               jsii.String(service),
		IntegrationHttpMethod: jsii.String("POST"),
		Options: &awsapigateway.IntegrationOptions{
			CredentialsRole:      role,
			PassthroughBehavior:  awsapigateway.PassthroughBehavior_NEVER,
			RequestParameters:    &parameters,
			RequestTemplates:     &map[string]*string{"application/json": jsii.String(request)},
			IntegrationResponses: d.integrationResponses(answers),
		},
	}
	if action != "" {
		props.Action = jsii.String(action)
	} else {
		props.Path = jsii.String(path)
	}
	return Integration{AWS: awsapigateway.NewAwsIntegration(props), Responses: d.methodResponses(answers)}
}
