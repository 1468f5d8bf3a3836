package loadbalancer_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/keys"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
)

// narrow is what an internal load balancer in public subnets only has wrong.
var narrow error

func defineInternal(stack awscdk.Stack, telemetry *keys.Key) {
	net := network.New(stack, "Inside", network.Props{Private: true, LogKey: telemetry})
	balancer := loadbalancer.NewInternal(stack, "Internal", loadbalancer.InternalProps{
		VPC:     net.VPC,
		Servers: &loadbalancer.Servers{Type: loadbalancer.IP, Port: 8080, HealthPath: "/health"},
	})
	balancer.Allow(awsec2.NewSecurityGroup(stack, jsii.String("LinkGroup"), &awsec2.SecurityGroupProps{
		Vpc: net.VPC, AllowAllOutbound: jsii.Bool(false),
	}))
	narrow = loadbalancer.InternalProps{VPC: network.New(stack, "Narrow", network.Props{LogKey: telemetry}).VPC}.Validate()
}

// TestInternal wants a load balancer that only its link reaches.
func TestInternal(t *testing.T) {
	lb := of(t, "AWS::ElasticLoadBalancingV2::LoadBalancer", "Internal").Properties
	if lb.At("Scheme").Value != "internal" {
		t.Errorf("it is %s", lb.At("Scheme"))
	}
	for _, subnet := range lb.At("Subnets").List() {
		if !strings.Contains(subnet.String(), "PrivateSubnet") {
			t.Errorf("in %s", subnet)
		}
	}
	if attributes := lb.At("LoadBalancerAttributes").String(); !strings.Contains(attributes, `{"Key":"deletion_protection.enabled","Value":"true"}`) {
		t.Errorf("not protected: %s", attributes)
	}
	listener := of(t, "AWS::ElasticLoadBalancingV2::Listener", "Internal").Properties
	if got := listener.At("DefaultActions", 0, "TargetGroupArn", "Ref").String(); listener.At("Port").Value != 80.0 || !strings.HasPrefix(got, "InternalServers") {
		t.Errorf("listens on %s and forwards to %s", listener.At("Port"), got)
	}
	if in := of(t, "AWS::EC2::SecurityGroup", "InternalSecurityGroup").Properties.At("SecurityGroupIngress"); in.Value != nil {
		t.Errorf("lets in %s", in)
	}
	in := of(t, "AWS::EC2::SecurityGroupIngress", "Internal").Properties
	if in.At("FromPort").Value != 80.0 || !strings.HasPrefix(in.At("SourceSecurityGroupId", "Fn::GetAtt", 0).String(), "LinkGroup") {
		t.Errorf("lets in %s", in)
	}
}

func TestInternalValidate(t *testing.T) {
	err := loadbalancer.InternalProps{LogDays: -1}.Validate()
	for _, want := range []string{"VPC: missing", "Servers: missing", "LogDays: -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
	if narrow == nil || !strings.Contains(narrow.Error(), "VPC: has 0 private subnets") {
		t.Errorf("got %v", narrow)
	}
}
