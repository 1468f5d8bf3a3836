package network_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/network"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Networks", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		network.New(stack, "Plain", network.Props{LogKey: telemetry})
		network.New(stack, "Full", network.Props{
			CIDR: "10.64.0.0/20", Zones: 3, IPv6: true, Private: true, Interfaces: []string{"logs", "ecr.api"}, LogKey: telemetry,
		}).Reach("logs", "sqs")
		network.New(stack, "One", network.Props{Private: true, ServerZones: 1, Interfaces: []string{"logs"}, LogKey: telemetry})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Compute-Fargate"), nil)
	net := network.New(stack, "Network", network.Props{
		Private:    true,
		Interfaces: []string{"ecr.api", "ecr.dkr", "logs"},
		LogKey:     keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
	})
	awscdk.NewCfnOutput(stack, jsii.String("VPC"), &awscdk.CfnOutputProps{Value: net.VPC.VpcId()})
}

// within returns the resources of a type in the network called id.
func within(id, kind string) []synth.Resource {
	var list []synth.Resource
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, id) {
			list = append(list, r)
		}
	}
	return list
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

// TestZones wants zones that the deployment chooses, so that no account is looked up,
// and two of them at least.
func TestZones(t *testing.T) {
	for id, want := range map[string]int{"Plain": 2, "Full": 3} {
		zones := map[string]bool{}
		for _, s := range within(id, "AWS::EC2::Subnet") {
			zone := s.Properties.At("AvailabilityZone").String()
			if !strings.Contains(zone, "Fn::GetAZs") {
				t.Errorf("%s is in %s", s.ID, zone)
			}
			zones[zone] = true
			if s.Properties.At("MapPublicIpOnLaunch").Value == true {
				t.Errorf("%s hands out public addresses", s.ID)
			}
		}
		if len(zones) != want {
			t.Errorf("%s: %d zones, want %d", id, len(zones), want)
		}
	}
}

func TestNoWayOut(t *testing.T) {
	for _, kind := range []string{"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::Lambda::Function"} {
		if list := template.OfType(kind); len(list) > 0 {
			t.Errorf("%s is there", list[0].ID)
		}
	}
	for _, r := range within("Full", "AWS::EC2::Route") {
		if strings.Contains(r.Properties.At("RouteTableId").String(), "Private") {
			t.Errorf("private subnets lead to %s", r.Properties)
		}
	}
	private := 0
	for _, s := range within("Full", "AWS::EC2::Subnet") {
		if strings.Contains(s.ID, "Private") {
			private++
		}
	}
	if private != 3 || len(within("Plain", "AWS::EC2::Subnet")) != 2 {
		t.Errorf("%d private subnets and %d in the plain network, want 3 and 2", private, len(within("Plain", "AWS::EC2::Subnet")))
	}
}

func TestEndpoints(t *testing.T) {
	kinds := map[string]int{}
	for _, e := range within("Full", "AWS::EC2::VPCEndpoint") {
		kinds[e.Properties.At("VpcEndpointType").String()]++
		if name, _ := e.Role(); name != "network" {
			t.Errorf("%s is annotated %q", e.ID, name)
		}
		if e.Properties.At("VpcEndpointType").Value == "Interface" && e.Properties.At("PrivateDnsEnabled").Value != true {
			t.Errorf("%s is not found by its service's name", e.ID)
		}
	}
	if kinds["Gateway"] != 2 || kinds["Interface"] != 3 || len(within("Plain", "AWS::EC2::VPCEndpoint")) != 0 {
		t.Errorf("endpoints %v", kinds)
	}
	for id, want := range map[string]int{"Full": 3, "One": 1} {
		for _, e := range within(id, "AWS::EC2::VPCEndpoint") {
			if subnets := e.Properties.At("SubnetIds").List(); e.Properties.At("VpcEndpointType").Value == "Interface" && len(subnets) != want {
				t.Errorf("%s: %s is in %d zones, want %d", id, e.ID, len(subnets), want)
			}
		}
	}
	if subnets := within("One", "AWS::EC2::Subnet"); len(subnets) != 4 {
		t.Errorf("servers in one zone leave %d subnets, want the 4 that load balancers and links need", len(subnets))
	}
	group := within("Full", "AWS::EC2::SecurityGroup")[0].Properties
	if in := group.At("SecurityGroupIngress").List(); len(in) != 1 || in[0].At("FromPort").Value != 443.0 || in[0].At("CidrIp", "Fn::GetAtt").Value == nil {
		t.Errorf("endpoints let in %s", group.At("SecurityGroupIngress"))
	}
}

func TestIPv6(t *testing.T) {
	if got := within("Full", "AWS::EC2::VPCCidrBlock"); len(got) != 1 {
		t.Errorf("%d ranges of IPv6, want 1", len(got))
	}
	if got := within("Plain", "AWS::EC2::VPCCidrBlock"); len(got) != 0 {
		t.Errorf("IPv6 without being asked for: %s", got[0].ID)
	}
}

func TestFlowLogs(t *testing.T) {
	for _, id := range []string{"Plain", "Full"} {
		logs := within(id, "AWS::EC2::FlowLog")
		if len(logs) != 1 || logs[0].Properties.At("TrafficType").Value != "ALL" {
			t.Fatalf("%s: %d flow logs", id, len(logs))
		}
		if group := logs[0].Properties.At("LogGroupName", "Ref").String(); !strings.HasPrefix(group, id+"FlowLog") {
			t.Errorf("%s: flows are logged to %s", id, group)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, cidr := range []string{"10.0.0.0/8", "10.0.0.0/24", "10.0.0.1/16", "8.8.0.0/16", "fd00::/64", "all"} {
		if err := (network.Props{CIDR: cidr}).Validate(); err == nil || !strings.Contains(err.Error(), "CIDR: \""+cidr) {
			t.Errorf("%s: %v", cidr, err)
		}
	}
	err := network.Props{Zones: 1, Interfaces: []string{"com.amazonaws.eu-west-1 logs", "logs", "logs"}, LogDays: -1}.Validate()
	for _, want := range []string{
		"Zones: 1", "Interfaces: 3 given", `Interfaces[0]: "com.amazonaws.eu-west-1 logs"`, `Interfaces[2]: "logs" is there twice`, "LogKey: missing", "LogDays: -1",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
