package loadbalancer

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// InternalProps configures an Internal. The zero value of an optional field means
// its default.
type InternalProps struct {
	// VPC has private subnets in two or more Availability Zones. Required.
	VPC awsec2.IVpc
	// Servers receive every request. Required.
	Servers *Servers
	// LogDays is how long access and connection logs are kept. Default: 30 days.
	LogDays int
	// Sandbox lets the load balancer be deleted with its stack.
	// Default: it is protected from deletion.
	Sandbox bool
}

// Internal is a load balancer within the VPC and the resources defined with it.
// It stands between a front door outside, which has verified tokens and routes,
// and servers: the link of an API Gateway API to a VPC ends at its Listener.
type Internal struct {
	ALB           elbv2.ApplicationLoadBalancer
	SecurityGroup awsec2.SecurityGroup
	// Listener speaks plain HTTP: there is no name that a certificate could be for.
	Listener elbv2.ApplicationListener
	Targets  elbv2.ApplicationTargetGroup
	// Logs holds access and connection logs.
	Logs awss3.Bucket
}

// NewInternal defines an internal load balancer called id within scope, which
// nobody may connect to yet: see Allow. It panics if props are invalid.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
func NewInternal(scope constructs.Construct, id string, p InternalProps) *Internal {
	props.Must("loadbalancer", id, p.Validate())
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))

	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              p.VPC,
		Description:      jsii.String("Links to the load balancer"),
		AllowAllOutbound: jsii.Bool(false),
	})
	alb := elbv2.NewApplicationLoadBalancer(scope, jsii.String("Resource"), &elbv2.ApplicationLoadBalancerProps{
		Vpc:                     p.VPC,
		VpcSubnets:              &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		InternetFacing:          jsii.Bool(false),
		SecurityGroup:           group,
		DeletionProtection:      jsii.Bool(!p.Sandbox),
		DesyncMitigationMode:    elbv2.DesyncMitigationMode_STRICTEST, // as New does
		DropInvalidHeaderFields: jsii.Bool(true),
		XffHeaderProcessingMode: elbv2.XffHeaderProcessingMode_APPEND,
	})
	annotate.Role(alb, role.Network)
	annotate.Acknowledge(alb, "It has no public address: a firewall belongs before the API that is linked to it.", "NIST.800.53.R5-ALBWAFEnabled")
	targets := newServers(scope, Props{VPC: p.VPC, Servers: p.Servers})
	logs := newLogs(scope, alb, p.LogDays)
	listener := alb.AddListener(jsii.String("HTTP"), &elbv2.BaseApplicationListenerProps{
		Port:                jsii.Number(80),
		Protocol:            elbv2.ApplicationProtocol_HTTP,
		Open:                jsii.Bool(false), // see Allow
		DefaultTargetGroups: &[]elbv2.IApplicationTargetGroup{targets},
	})
	annotate.Acknowledge(listener, "Nobody can connect but the link to the VPC, within AWS's network: there is no name that a certificate could be for.",
		"CT.ELASTICLOADBALANCING.PR.1", "NIST.800.53.R5-ALBHttpToHttpsRedirection", "NIST.800.53.R5-ELBv2ACMCertificateRequired")
	return &Internal{ALB: alb, SecurityGroup: group, Targets: targets, Logs: logs, Listener: listener}
}

// Allow lets the members of link, the security group of a link to the VPC, connect,
// and link's group let them.
func (i *Internal) Allow(link awsec2.IConnectable) {
	i.Listener.Connections().AllowDefaultPortFrom(link, jsii.String("The link to the VPC"))
}

// Validate reports every problem of p, or nil.
func (p InternalProps) Validate() error {
	var found props.Problems
	found.Required(p.VPC != nil, "VPC")
	if p.VPC != nil {
		n := len(*p.VPC.IsolatedSubnets())
		found.Check(n >= 2, "VPC", "has %d private subnets; a load balancer needs two, in different Availability Zones", n)
	}
	found.Required(p.Servers != nil, "Servers")
	if p.Servers != nil {
		p.Servers.check(&found)
	}
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for %d", p.LogDays, defaultLogDays)
	return found.Err()
}
