// Package vpclink defines the way from an API of API Gateway to servers in private
// subnets: a link to the VPC and the internal load balancer where it ends.
//
// Packages httpapi and restapi take it in place of a function. Where the load
// balancer itself can be the front door, package loadbalancer costs less: this way
// pays for API Gateway's requests and for the load balancer's hours.
//
// The link is of version 2, which both kinds of API use; with it a REST API has
// needed no Network Load Balancer since November 2025. API Gateway marks a link
// that nobody has used for 60 days as inactive, and its next request waits until
// the link is there again.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html
package vpclink

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/design/role"
)

// Props configures a Link. The zero value of an optional field means its default.
type Props struct {
	// Network has the private subnets that the servers are in. Required.
	Network *network.Network
	// Servers receive every request. Required.
	Servers *loadbalancer.Servers
	// LogDays is how long the load balancer's logs are kept. Default: 30 days.
	LogDays int
	// Sandbox lets the load balancer be deleted with its stack.
	// Default: it is protected from deletion.
	Sandbox bool
}

// Link is a link to a VPC and the load balancer at its end.
type Link struct {
	API      awsapigatewayv2.VpcLink
	Balancer *loadbalancer.Internal
}

// New defines a link called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Link {
	props.Must("vpclink", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))
	balancer := loadbalancer.NewInternal(scope, "Balancer", loadbalancer.InternalProps{
		VPC: p.Network.VPC, Servers: p.Servers, LogDays: p.LogDays, Sandbox: p.Sandbox,
	})
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              p.Network.VPC,
		Description:      jsii.String("The link of API Gateway to the VPC"),
		AllowAllOutbound: jsii.Bool(false),
	})
	balancer.Allow(group)
	link := awsapigatewayv2.NewVpcLink(scope, jsii.String("Resource"), &awsapigatewayv2.VpcLinkProps{
		VpcLinkName:    jsii.String(name.InStack(scope)),
		Vpc:            p.Network.VPC,
		Subnets:        &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		SecurityGroups: &[]interfacesawsec2.ISecurityGroupRef{group},
	})
	annotate.Role(link, role.Network)
	return &Link{API: link, Balancer: balancer}
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Network != nil, "Network")
	found.Required(p.Servers != nil, "Servers")
	found.Check(p.LogDays >= 0, "LogDays", "%d is negative; leave it out for 30", p.LogDays)
	return found.Err()
}
