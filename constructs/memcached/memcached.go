// Package memcached defines ElastiCache nodes of Memcached in private subnets,
// reached over TLS, whose keys clients place.
//
// They cost by the hour, whatever is asked of them: less than package cache for a
// steady load, more for one that comes and goes. A node that fails takes what it
// held along, and the placement decides how much else moves.
//
// # What is missing
//
// ElastiCache encrypts at rest what it writes to disk, and Memcached writes nothing
// to disk: there is no key to give. Nor does ElastiCache know users for it: whoever
// the security group lets in may read and write everything. So clients must encrypt
// what says something about persons before they hand it over.
//
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html
package memcached

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticache"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/network"
	"fulcrum/design/role"
)

// Props configures Nodes. The zero value of an optional field means its default.
type Props struct {
	// Network has the private subnets that the nodes stand in, over two or more
	// Availability Zones. Required.
	Network *network.Network
	// Fallback says that whoever reads from it can do without, at the price of a read
	// elsewhere. Default: what is in it is nowhere else.
	Fallback bool
	// DataClass is the class of data that is cached. Required.
	DataClass string
	// Nodes is how many nodes there are, from 2 to 40. Default: 3.
	Nodes int
	// NodeType is the type of each. Default: cache.t4g.micro, of 0.5 GB.
	NodeType string
}

// Nodes is a cluster of nodes and the resources defined with it.
type Nodes struct {
	Cluster awselasticache.CfnCacheCluster
	// SecurityGroup is the nodes'; Admit opens it.
	SecurityGroup awsec2.SecurityGroup
}

// Port is where the nodes, and their configuration endpoint, listen.
const Port = 11211

const (
	defaultNodes = 3
	maxNodes     = 40
	defaultType  = "cache.t4g.micro"
	// engineVersion is one with TLS, which came with 1.6.12.
	engineVersion = "1.6.22"
)

// New defines nodes called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Nodes {
	props.Must("memcached", id, p.Validate())
	if p.Nodes == 0 {
		p.Nodes = defaultNodes
	}
	if p.NodeType == "" {
		p.NodeType = defaultType
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))
	group := awsec2.NewSecurityGroup(scope, jsii.String("Group"), &awsec2.SecurityGroupProps{
		Vpc:              p.Network.VPC,
		Description:      jsii.String("Nodes of the cache"),
		AllowAllOutbound: jsii.Bool(false),
	})
	var subnets []any
	for _, s := range *p.Network.VPC.IsolatedSubnets() {
		subnets = append(subnets, *s.SubnetId())
	}
	cluster := awselasticache.NewCfnCacheCluster(scope, jsii.String("Resource"), &awselasticache.CfnCacheClusterProps{
		Engine:        jsii.String("memcached"),
		EngineVersion: jsii.String(engineVersion),
		CacheNodeType: jsii.String(p.NodeType),
		NumCacheNodes: jsii.Number(p.Nodes),
		AzMode:        jsii.String("cross-az"),
		CacheSubnetGroupName: awselasticache.NewCfnSubnetGroup(scope, jsii.String("Subnets"), &awselasticache.CfnSubnetGroupProps{
			Description: jsii.String("Private subnets of the cache's nodes"),
			SubnetIds:   &subnets,
		}).Ref(),
		VpcSecurityGroupIds:      &[]*string{group.SecurityGroupId()},
		TransitEncryptionEnabled: jsii.Bool(true),
		AutoMinorVersionUpgrade:  jsii.Bool(true),
	})
	about := annotate.Attributes{annotate.DataClass: p.DataClass}
	if p.Fallback {
		about["fallback"] = "the store"
	}
	annotate.Role(cluster, role.Cache, about)
	annotate.Acknowledge(cluster, "The security group lets in the service alone; another port would hide nothing.", "AwsSolutions-AEC5")
	return &Nodes{Cluster: cluster, SecurityGroup: group}
}

// Endpoint returns the configuration endpoint, which knows the nodes, "host:port".
func (n *Nodes) Endpoint() string {
	return *n.Cluster.AttrConfigurationEndpointAddress() + ":" + *n.Cluster.AttrConfigurationEndpointPort()
}

// Admit lets the members of a security group reach the nodes, and makes their group
// let them out to them.
func (n *Nodes) Admit(members awsec2.ISecurityGroup) {
	n.SecurityGroup.AddIngressRule(members, awsec2.Port_Tcp(jsii.Number(Port)), jsii.String("From the service"), nil)
	members.AddEgressRule(n.SecurityGroup, awsec2.Port_Tcp(jsii.Number(Port)), jsii.String("To the cache"), nil)
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(p.Network != nil, "Network")
	if p.Network != nil {
		subnets := len(*p.Network.VPC.IsolatedSubnets())
		found.Check(subnets >= 2, "Network", "has %d private subnets, not two or more; set Private", subnets)
	}
	found.Required(p.DataClass != "", "DataClass")
	found.Check(p.Nodes == 0 || p.Nodes >= 2 && p.Nodes <= maxNodes, "Nodes", "%d is not from 2 to %d; leave it out for %d", p.Nodes, maxNodes, defaultNodes)
	found.Check(p.NodeType == "" || len(p.NodeType) > len("cache.") && p.NodeType[:len("cache.")] == "cache.", "NodeType",
		"%s", fmt.Sprintf("%q is no type of ElastiCache node such as %s", p.NodeType, defaultType))
	return found.Err()
}
