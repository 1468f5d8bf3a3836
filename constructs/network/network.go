// Package network defines a VPC over two or more Availability Zones, without NAT
// gateways.
//
// Public subnets are for load balancers. Servers go into private subnets, which
// reach AWS services through endpoints and nothing else: a NAT gateway in each
// zone costs more than the servers of a small system, and lets them reach
// anything. A system of functions that no load balancer stands before needs no
// network at all.
//
// The VPC's own default security group stays as AWS makes it, letting its members
// talk to one another, because emptying it takes a function with rights over all
// security groups. Nothing here is a member: every resource must name a group.
package network

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/loggroup"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/design/role"
)

// Props configures a Network. The zero value of an optional field means its
// default.
type Props struct {
	// CIDR is the range of IPv4 addresses, private and from /16 to /20.
	// Default: 10.0.0.0/16.
	CIDR string
	// Zones is how many Availability Zones are used, from 2 to 3. The Region must
	// have as many. Default: 2.
	Zones int
	// ServerZones is how many of Zones servers are in, and the interface endpoints
	// they call; 1 puts them all at the mercy of one zone. Default: all of them.
	ServerZones int
	// IPv6 adds addresses of IPv6 to the VPC and its subnets, from Amazon's pool.
	// Default: IPv4 only.
	IPv6 bool
	// Private adds isolated private subnets, with the gateway endpoints of
	// DynamoDB and S3, which are free. Default: public subnets only.
	Private bool
	// Interfaces are services that private subnets reach through interface
	// endpoints, by the last part of the endpoint's name, for example "logs" or
	// "ecr.api". Each costs by the hour and zone. They need Private.
	// Default: none.
	Interfaces []string
	// LogKey encrypts the flow log. Required.
	LogKey *keys.Key
	// LogDays is how long the flow log is kept, rounded down to a period that
	// CloudWatch Logs has. Default: 30 days.
	LogDays int
	// Sandbox deletes the flow log with its stack. Default: it stays.
	Sandbox bool
}

// Network is a VPC and the resources defined with it.
type Network struct {
	VPC awsec2.Vpc
	// Log records every flow, let through or refused.
	Log awslogs.LogGroup
	// Endpoints are the interface endpoints by service.
	Endpoints map[string]awsec2.InterfaceVpcEndpoint

	scope       constructs.Construct
	serverZones int
	// group is of the interface endpoints, nil before the first.
	group awsec2.SecurityGroup
}

// New defines a network called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Network {
	props.Must("network", id, p.Validate())
	p = p.withDefaults()
	scope = constructs.NewConstruct(scope, jsii.String(id))

	log := loggroup.New(scope, "FlowLog", loggroup.Props{Key: p.LogKey, Days: p.LogDays, Sandbox: p.Sandbox})
	protocol := awsec2.IpProtocol_IPV4_ONLY
	if p.IPv6 {
		protocol = awsec2.IpProtocol_DUAL_STACK
	}
	vpc := awsec2.NewVpc(scope, jsii.String("Resource"), &awsec2.VpcProps{
		IpAddresses:                  awsec2.IpAddresses_Cidr(jsii.String(p.CIDR)),
		IpProtocol:                   protocol,
		AvailabilityZones:            zones(p.Zones),
		NatGateways:                  jsii.Number(0),
		RestrictDefaultSecurityGroup: jsii.Bool(false), // see the package comment
		SubnetConfiguration:          p.subnets(),
		FlowLogs: &map[string]*awsec2.FlowLogOptions{"FlowLog": {
			TrafficType: awsec2.FlowLogTrafficType_ALL,
			Destination: awsec2.FlowLogDestination_ToCloudWatchLogs(log, nil),
		}},
	})
	name.Tag(vpc)
	for _, subnets := range []*[]awsec2.ISubnet{vpc.PublicSubnets(), vpc.IsolatedSubnets()} {
		for _, subnet := range *subnets {
			name.Tag(subnet)
		}
	}
	annotate.Role(vpc, role.Network)
	acknowledge(vpc)
	network := &Network{VPC: vpc, Log: log, Endpoints: map[string]awsec2.InterfaceVpcEndpoint{}, scope: scope, serverZones: p.ServerZones}
	if p.Private {
		addGateways(network)
		network.Reach(p.Interfaces...)
	}
	return network
}

// acknowledge says why the network does not follow some rules.
func acknowledge(vpc awsec2.Vpc) {
	annotate.Acknowledge(vpc, "Nothing is in the default security group, and only a custom resource could empty it: see the package comment.", "NIST.800.53.R5-VPCDefaultSecurityGroupClosed")
	annotate.AcknowledgeWithin(vpc, "AWS::EC2::Route", "It is the way of a public subnet, which holds load balancers only.", "NIST.800.53.R5-VPCNoUnrestrictedRouteToIGW")
	annotate.AcknowledgePolicy(vpc.Node().FindChild(jsii.String("FlowLog")).Node().FindChild(jsii.String("IAMRole")))
}

// Servers selects the private subnets that servers are in.
func (n *Network) Servers() *awsec2.SubnetSelection {
	subnets := (*n.VPC.IsolatedSubnets())[:n.serverZones]
	return &awsec2.SubnetSelection{Subnets: &subnets}
}

// ServerZones returns how many Availability Zones servers are in.
func (n *Network) ServerZones() int { return n.serverZones }

// Reach adds the interface endpoints of services that private subnets do not reach
// yet, as Props.Interfaces does.
func (n *Network) Reach(services ...string) {
	for _, service := range services {
		if _, there := n.Endpoints[service]; !there {
			n.Endpoints[service] = n.addInterface(service)
		}
	}
}

// zones names the first n Availability Zones of whatever account and Region the
// stack is deployed to, so that nothing has to be looked up at synthesis.
func zones(n int) *[]*string {
	list := make([]*string, n)
	for i := range list {
		list[i] = awscdk.Fn_Select(jsii.Number(i), awscdk.Fn_GetAzs(nil))
	}
	return &list
}

func (p Props) subnets() *[]*awsec2.SubnetConfiguration {
	subnets := []*awsec2.SubnetConfiguration{{
		Name:       jsii.String("Public"),
		SubnetType: awsec2.SubnetType_PUBLIC,
		CidrMask:   jsii.Number(publicMask),
		// A load balancer brings its addresses along; nothing else belongs here.
		MapPublicIpOnLaunch: jsii.Bool(false),
	}}
	if p.Private {
		subnets = append(subnets, &awsec2.SubnetConfiguration{
			Name:       jsii.String("Private"),
			SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED,
			CidrMask:   jsii.Number(privateMask),
		})
	}
	return &subnets
}

func private() *awsec2.SubnetSelection {
	return &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
}

func addGateways(network *Network) {
	gateway := func(name string, service awsec2.IGatewayVpcEndpointService) {
		endpoint := network.VPC.AddGatewayEndpoint(jsii.String(name), &awsec2.GatewayVpcEndpointOptions{
			Service: service,
			Subnets: &[]*awsec2.SubnetSelection{private()},
		})
		annotate.Role(endpoint, role.Network, annotate.Attributes{"service": strings.ToLower(name)})
	}
	gateway("DynamoDB", awsec2.GatewayVpcEndpointAwsService_DYNAMODB())
	gateway("S3", awsec2.GatewayVpcEndpointAwsService_S3())
}

func (n *Network) addInterface(service string) awsec2.InterfaceVpcEndpoint {
	if n.group == nil {
		n.group = awsec2.NewSecurityGroup(n.scope, jsii.String("EndpointGroup"), &awsec2.SecurityGroupProps{
			Vpc:              n.VPC,
			Description:      jsii.String("AWS services within the VPC"),
			AllowAllOutbound: jsii.Bool(false),
		})
		annotate.Acknowledge(n.group, "It lets in HTTPS from within the VPC and nothing else; the rules read a range of addresses only as plain text.",
			"AwsSolutions-EC23", "NIST.800.53.R5-EC2RestrictedCommonPorts", "NIST.800.53.R5-EC2RestrictedSSH")
		n.group.AddIngressRule(awsec2.Peer_Ipv4(n.VPC.VpcCidrBlock()), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("HTTPS within the VPC"), nil)
	}
	endpoint := n.VPC.AddInterfaceEndpoint(jsii.String(service), &awsec2.InterfaceVpcEndpointOptions{
		Service:           awsec2.NewInterfaceVpcEndpointAwsService(jsii.String(service), nil, nil, nil),
		Subnets:           n.Servers(),
		SecurityGroups:    &[]awsec2.ISecurityGroup{n.group},
		Open:              jsii.Bool(false), // the group above says who may
		PrivateDnsEnabled: jsii.Bool(true),
	})
	annotate.Role(endpoint, role.Network, annotate.Attributes{"service": service})
	return endpoint
}

// Sizes of subnets: 59 addresses to use in a public one, of which a load balancer
// wants 8 free to grow, and 1,019 in a private one. Three of each fit in a /20.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html
const (
	publicMask  = 26
	privateMask = 22
)

func (p Props) withDefaults() Props {
	if p.CIDR == "" {
		p.CIDR = defaultCIDR
	}
	if p.Zones == 0 {
		p.Zones = defaultZones
	}
	if p.ServerZones == 0 {
		p.ServerZones = p.Zones
	}
	if p.LogDays == 0 {
		p.LogDays = defaultLogDays
	}
	return p
}

const (
	defaultCIDR    = "10.0.0.0/16"
	defaultZones   = 2
	defaultLogDays = 30
)
