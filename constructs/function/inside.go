package function

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// enter puts a function into the private subnets of its network, if it has one, and
// lets Lambda make network interfaces there as the function's role. Those actions
// are on no resource that has a name yet.
//
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
func enter(scope constructs.Construct, p Props, options *awslambda.FunctionProps, role awsiam.Role) awsec2.SecurityGroup {
	if p.Network == nil {
		return nil
	}
	group := awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"), &awsec2.SecurityGroupProps{
		Vpc:              p.Network.VPC,
		Description:      jsii.String("The function of " + p.Service),
		AllowAllOutbound: jsii.Bool(false),
	})
	// The subnets' routes lead to endpoints only. A gateway endpoint's addresses
	// are a list that has no name a template could give.
	group.AddEgressRule(awsec2.Peer_AnyIpv4(), awsec2.Port_Tcp(jsii.Number(443)), jsii.String("AWS services, through endpoints"), nil)
	options.Vpc = p.Network.VPC
	options.VpcSubnets = &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED}
	options.SecurityGroups = &[]awsec2.ISecurityGroup{group}
	role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("EnterNetwork"),
		Actions: jsii.Strings("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"),
		Resources: jsii.Strings("*"),
	}))
	return group
}
