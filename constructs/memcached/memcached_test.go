package memcached_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/memcached"
	"fulcrum/constructs/network"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Nodes", func(stack awscdk.Stack) {
		vpc := network.New(stack, "Network", network.Props{Private: true, LogKey: keys.New(stack, "Key", keys.Props{DataClass: "telemetry"})})
		nodes := memcached.New(stack, "Reads", memcached.Props{Network: vpc, DataClass: "read-models", Nodes: 4})
		nodes.Admit(awsec2.NewSecurityGroup(stack, jsii.String("Members"), &awsec2.SecurityGroupProps{Vpc: vpc.VPC, AllowAllOutbound: jsii.Bool(false)}))
		awscdk.NewCfnOutput(stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: jsii.String(nodes.Endpoint())})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	vpc := network.New(stack, "Network", network.Props{Private: true, LogKey: keys.New(stack, "Key", keys.Props{DataClass: "telemetry"})})
	nodes := memcached.New(stack, "Reads", memcached.Props{Network: vpc, DataClass: "read-models"})
	awscdk.NewCfnOutput(stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: jsii.String(nodes.Endpoint())})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestNodes(t *testing.T) {
	c := template.One("AWS::ElastiCache::CacheCluster")
	for _, x := range []struct{ property, want string }{
		{"Engine", "memcached"}, {"TransitEncryptionEnabled", "true"}, {"AZMode", "cross-az"}, {"NumCacheNodes", "4"}, {"CacheNodeType", "cache.t4g.micro"},
	} {
		if got := c.Properties.At(x.property).String(); got != x.want {
			t.Errorf("%s: %s, want %s", x.property, got, x.want)
		}
	}
	if kind, about := c.Role(); kind != "cache" || about["data-class"] != "read-models" {
		t.Errorf("role %s %v", kind, about)
	}
	subnets := template.One("AWS::ElastiCache::SubnetGroup").Properties.At("SubnetIds").String()
	if strings.Count(subnets, "Private") != 2 || strings.Contains(subnets, "Public") {
		t.Errorf("in %s, want the two private subnets", subnets)
	}
	for _, kind := range []string{"Ingress", "Egress"} {
		if port := template.One("AWS::EC2::SecurityGroup" + kind).Properties.At("FromPort").Value; port != 11211.0 {
			t.Errorf("%s opens port %v", kind, port)
		}
	}
}

func TestValidate(t *testing.T) {
	err := memcached.Props{Nodes: 1, NodeType: "t4g.micro"}.Validate()
	for _, want := range []string{"Network: missing", "DataClass: missing", "Nodes: 1 is not from 2 to 40", `NodeType: "t4g.micro"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
