// Package cache defines an ElastiCache Serverless cache for Valkey in private
// subnets, whose only user proves who it is with an IAM role.
//
// It places keys itself, grows without a thought and costs by what is stored and
// asked. Choose package memcached for nodes of a known, steady load, at a lower
// price and with placement by the client.
//
// # Who may call
//
// There is no password, so none can leak: a role that GrantConnect let in signs a
// token that is good for 15 minutes. The user may read and write the keys that
// begin with Keys, and nothing that looks at or ends other people's work. Valkey
// switches its default user off as soon as a user group is there.
//
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
//
// A serverless cache speaks TLS only, and cluster mode only: clients must follow
// both. Nothing is backed up: what is cached is elsewhere, and what is not can be
// lost.
package cache

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticache"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/name"
	"fulcrum/constructs/internal/props"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
	"fulcrum/design/role"
)

// Props configures a Cache. The zero value of an optional field means its default.
type Props struct {
	// Network has the private subnets that the cache is reached in, two or three.
	// Required.
	Network *network.Network
	// Key encrypts what the cache writes to disk. Required.
	Key *keys.Key
	// Fallback says that whoever reads from it can do without, at the price of a read
	// elsewhere. Default: what is in it is nowhere else.
	Fallback bool
	// DataClass is the class of data that is cached. Default: the key's.
	DataClass string
	// Role is the part the cache plays. Default: role.Cache.
	Role role.Role
	// Keys is what the keys that clients use begin with, for example "dinner:":
	// lower-case letters, digits and dashes, and a colon. Required.
	Keys string
	// MaxGB bounds the data stored, and so the bill, in whole GB up to 5,000; what
	// was used longest ago makes room. Required.
	MaxGB int
	// MaxECPU bounds the processing units a second, from 1,000 to 15,000,000; calls
	// beyond are refused. Required.
	MaxECPU int
}

// Cache is a serverless cache and the resources defined with it.
type Cache struct {
	Serverless awselasticache.CfnServerlessCache
	User       awselasticache.CfnUser
	// SecurityGroup is the cache's; Admit opens it.
	SecurityGroup awsec2.SecurityGroup
}

// Ports of a serverless cache: the second one is for reads from replicas.
//
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/set-up.html
const (
	Port       = 6379
	ReaderPort = 6380
)

// engineVersion is the major version of Valkey; minor ones follow by themselves.
const engineVersion = "8"

// New defines a cache called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Cache {
	props.Must("cache", id, p.Validate())
	if p.DataClass == "" {
		p.DataClass = p.Key.DataClass
	}
	if p.Role == "" {
		p.Role = role.Cache
	}
	scope = constructs.NewConstruct(scope, jsii.String(id))

	// One name for user, group and cache: they are of different kinds. The service
	// turns capitals into small letters, and then no longer knows what it was given.
	unique := jsii.String(name.Small(scope))
	user := awselasticache.NewCfnUser(scope, jsii.String("User"), &awselasticache.CfnUserProps{
		Engine: jsii.String("valkey"),
		UserId: unique,
		// An IAM user's name must be its id.
		UserName:           unique,
		AccessString:       jsii.String(Access(p.Keys)),
		AuthenticationMode: map[string]any{"Type": "iam"},
	})
	users := awselasticache.NewCfnUserGroup(scope, jsii.String("Users"), &awselasticache.CfnUserGroupProps{
		Engine:      jsii.String("valkey"),
		UserGroupId: unique,
		UserIds:     &[]*string{user.Ref()},
	})
	group := awsec2.NewSecurityGroup(scope, jsii.String("Group"), &awsec2.SecurityGroupProps{
		Vpc:              p.Network.VPC,
		Description:      jsii.String("The cache"),
		AllowAllOutbound: jsii.Bool(false),
	})
	cache := awselasticache.NewCfnServerlessCache(scope, jsii.String("Resource"), &awselasticache.CfnServerlessCacheProps{
		ServerlessCacheName: unique,
		Description:         jsii.String("Holds " + p.DataClass),
		Engine:              jsii.String("valkey"),
		MajorEngineVersion:  jsii.String(engineVersion),
		KmsKeyId:            arn(p.Key),
		SecurityGroupIds:    &[]any{group.SecurityGroupId()},
		SubnetIds:           p.subnets(),
		UserGroupId:         users.Ref(),
		CacheUsageLimits: &awselasticache.CfnServerlessCache_CacheUsageLimitsProperty{
			DataStorage:   &awselasticache.CfnServerlessCache_DataStorageProperty{Unit: jsii.String("GB"), Maximum: jsii.Number(p.MaxGB)},
			EcpuPerSecond: &awselasticache.CfnServerlessCache_ECPUPerSecondProperty{Maximum: jsii.Number(p.MaxECPU)},
		},
	})
	about := annotate.Attributes{annotate.DataClass: p.DataClass}
	if p.Fallback {
		about["fallback"] = "the store"
	}
	annotate.Role(cache, p.Role, about)
	return &Cache{Serverless: cache, User: user, SecurityGroup: group}
}

// arn returns a key's ARN as a property takes it, nothing for one that AWS owns.
func arn(key *keys.Key) any {
	if !key.Own() {
		return nil
	}
	return *key.ARN()
}

func (p Props) subnets() *[]any {
	var ids []any
	for _, s := range *p.Network.VPC.IsolatedSubnets() {
		ids = append(ids, *s.SubnetId())
	}
	return &ids
}

// Access returns the access string of a user that reads and writes the keys with a
// prefix, and asks where they are. Commands that look at all keys, at other
// clients or at the server are among the dangerous ones.
//
// https://valkey.io/topics/acl/
func Access(prefix string) string {
	return "on ~" + prefix + "* resetchannels -@all +@read +@write +@connection -@dangerous +cluster|slots +cluster|shards +command"
}

// Environment returns what a program needs to know to connect: CACHE_ENDPOINT
// ("host:port"), CACHE_USER and CACHE_NAME.
func (c *Cache) Environment() map[string]string {
	return map[string]string{
		"CACHE_ENDPOINT": *c.Serverless.AttrEndpointAddress() + ":" + *c.Serverless.AttrEndpointPort(),
		"CACHE_USER":     *c.User.Ref(),
		"CACHE_NAME":     *c.Serverless.Ref(),
	}
}

// Admit lets the members of a security group reach the cache, and makes their
// group let them out to it.
func (c *Cache) Admit(members awsec2.ISecurityGroup) {
	for _, port := range []float64{Port, ReaderPort} {
		c.SecurityGroup.AddIngressRule(members, awsec2.Port_Tcp(jsii.Number(port)), jsii.String("From the service"), nil)
		members.AddEgressRule(c.SecurityGroup, awsec2.Port_Tcp(jsii.Number(port)), jsii.String("To the cache"), nil)
	}
}

// GrantConnect lets grantee prove that it is the cache's user.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
func (c *Cache) GrantConnect(grantee awsiam.IGrantable) {
	awsiam.Grant_AddToPrincipal(&awsiam.GrantOnPrincipalOptions{
		Grantee:      grantee,
		Actions:      jsii.Strings("elasticache:Connect"),
		ResourceArns: &[]*string{c.Serverless.AttrArn(), c.User.AttrArn()},
	})
}
