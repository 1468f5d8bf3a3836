package restapi

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/route"
	"fulcrum/constructs/vpclink"
)

// certificateHeader is where the service reads it, as behind a load balancer.
const certificateHeader = "X-Amzn-Mtls-Clientcert-Subject"

func toFunction(handler awslambda.IFunction) awsapigateway.Integration {
	return awsapigateway.NewLambdaIntegration(handler, &awsapigateway.LambdaIntegrationOptions{
		Proxy:                   jsii.Bool(true),
		AllowTestInvoke:         jsii.Bool(false),
		ScopePermissionToMethod: jsii.Bool(true),
	})
}

// toServers returns the integration of r with the servers at the end of link. It
// carries header, query and body as they are; the segments that vary must be named
// in the method, which is what options are for. The address only becomes the Host
// header: throughLink says where requests go.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
func toServers(link *vpclink.Link, r route.Route, options *awsapigateway.MethodOptions, certificates bool) awsapigateway.Integration {
	method, integration := map[string]*bool{}, map[string]*string{}
	for _, segment := range r.Segments() {
		if name, ok := route.Variable(segment); ok {
			method["method.request.path."+name] = jsii.Bool(true)
			integration["integration.request.path."+name] = jsii.String("method.request.path." + name)
		}
	}
	if certificates {
		// Servers see no event, so what API Gateway knows of a client's certificate
		// goes into a header, in place of what the client wrote there.
		integration["integration.request.header."+certificateHeader] = jsii.String("context.identity.clientCert.subjectDN")
	}
	if len(method) > 0 {
		options.RequestParameters = &method
	}
	return awsapigateway.NewHttpIntegration(jsii.String("http://"+*link.Balancer.ALB.LoadBalancerDnsName()+r.Path), &awsapigateway.HttpIntegrationProps{
		Proxy:      jsii.Bool(true),
		HttpMethod: jsii.String(r.Method),
		Options:    &awsapigateway.IntegrationOptions{RequestParameters: &integration},
	})
}

// throughLink sends a method's requests through link. The L2 of a link knows only
// those that lead to a Network Load Balancer.
func throughLink(method awsapigateway.Method, link *vpclink.Link) {
	resource := method.Node().DefaultChild().(awsapigateway.CfnMethod)
	resource.AddPropertyOverride(jsii.String("Integration.ConnectionType"), "VPC_LINK")
	resource.AddPropertyOverride(jsii.String("Integration.ConnectionId"), link.API.VpcLinkId())
	resource.AddPropertyOverride(jsii.String("Integration.IntegrationTarget"), link.Balancer.ALB.LoadBalancerArn())
	resource.Node().AddDependency(link.Balancer.Listener)
}
