package restapi

import (
	"slices"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/clientca"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/route"
)

// AuthorizerTTL is how long an authorizer's answer holds for one token and method:
// a token that ends meanwhile is let in until then.
const AuthorizerTTL = 5 * time.Minute

// Domain is a name of the API's own. API Gateway asks for clients' certificates
// there and nowhere else, so its own name is closed.
type Domain struct {
	// Name is what clients call, for example "api.example.org". Required.
	Name string
	// Certificate is for the name, and issued by ACM: for an imported one API Gateway
	// asks for a second as proof of ownership. Required.
	Certificate awscertificatemanager.ICertificate
	// HostedZoneID is the Route 53 zone in which Name becomes an alias of the API.
	// Default: none, Name is pointed here by other means.
	HostedZoneID string
	// Clients says whose certificates are taken. Required.
	Clients *clientca.Authority
}

// authorizer returns who decides on tokens; nil where IAM does.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
func (p Props) authorizer(scope constructs.Construct) awsapigateway.IAuthorizer {
	switch {
	case p.IAM:
		return nil
	case p.Authorizer != nil:
		return awsapigateway.NewRequestAuthorizer(scope, jsii.String("Tokens"), &awsapigateway.RequestAuthorizerProps{
			Handler:        p.Authorizer,
			AuthorizerName: jsii.String("Tokens"),
			// Answers are kept under what is named here. The policy is for one method,
			// so the method is part of it.
			IdentitySources: &[]*string{
				awsapigateway.IdentitySource_Header(jsii.String("Authorization")),
				awsapigateway.IdentitySource_Context(jsii.String("httpMethod")),
				awsapigateway.IdentitySource_Context(jsii.String("path")),
			},
			ResultsCacheTtl: js.Seconds(AuthorizerTTL),
		})
	}
	return awsapigateway.NewCognitoUserPoolsAuthorizer(scope, jsii.String("Tokens"), &awsapigateway.CognitoUserPoolsAuthorizerProps{
		CognitoUserPools: &[]awscognito.IUserPool{p.UserPool},
		AuthorizerName:   jsii.String("Tokens"),
		ResultsCacheTtl:  js.Seconds(AuthorizerTTL),
	})
}

// protect lets in who may call a route.
func (p Props) protect(r route.Route, options *awsapigateway.MethodOptions, authorizer awsapigateway.IAuthorizer) {
	switch {
	case p.IAM:
		options.AuthorizationType = awsapigateway.AuthorizationType_IAM
	case p.Authorizer != nil:
		options.Authorizer = authorizer
		options.AuthorizationType = awsapigateway.AuthorizationType_CUSTOM
	default:
		options.Authorizer = authorizer
		options.AuthorizationType = awsapigateway.AuthorizationType_COGNITO
		options.AuthorizationScopes = jsii.Strings(r.Scope)
	}
}

// requestHeaders are the headers that a browser may send.
func (p Props) requestHeaders() []string {
	headers := append(slices.Clone(route.RequestHeaders), keyHeader)
	if p.IAM {
		headers = append(headers, route.SignatureHeaders...)
	}
	return headers
}

// addDomain serves the API under its domain alone, over TLS 1.2 and better.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
func addDomain(scope constructs.Construct, api *API, d *Domain) {
	scope = constructs.NewConstruct(scope, jsii.String("Domain"))
	api.REST.Node().DefaultChild().(awsapigateway.CfnRestApi).SetDisableExecuteApiEndpoint(jsii.Bool(true))
	name := awsapigateway.NewCfnDomainName(scope, jsii.String("Resource"), &awsapigateway.CfnDomainNameProps{
		DomainName:             jsii.String(d.Name),
		RegionalCertificateArn: d.Certificate.CertificateArn(),
		EndpointConfiguration:  &awsapigateway.CfnDomainName_EndpointConfigurationProperty{Types: jsii.Strings("REGIONAL")},
		SecurityPolicy:         jsii.String("TLS_1_2"), // the newer policies do not ask for certificates
		MutualTlsAuthentication: &awsapigateway.CfnDomainName_MutualTlsAuthenticationProperty{
			TruststoreUri:     jsii.String(d.Clients.URI()),
			TruststoreVersion: d.Clients.Version,
		},
	})
	d.Clients.Before(name)
	mapping := awsapigateway.NewCfnBasePathMapping(scope, jsii.String("Mapping"), &awsapigateway.CfnBasePathMappingProps{
		DomainName: name.Ref(), RestApiId: api.REST.RestApiId(), Stage: api.Stage.StageName(),
	})
	mapping.Node().AddDependency(api.Stage)
	if d.HostedZoneID != "" {
		awsroute53.NewCfnRecordSet(scope, jsii.String("Alias"), &awsroute53.CfnRecordSetProps{
			HostedZoneId: jsii.String(d.HostedZoneID),
			Name:         jsii.String(d.Name),
			Type:         jsii.String("A"),
			AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
				DnsName: name.AttrRegionalDomainName(), HostedZoneId: name.AttrRegionalHostedZoneId(),
			},
		})
	}
	api.domain = d.Name
}
