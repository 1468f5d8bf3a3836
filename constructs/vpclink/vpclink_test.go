package vpclink_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/httpapi"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/loadbalancer"
	"fulcrum/constructs/network"
	"fulcrum/constructs/restapi"
	"fulcrum/constructs/route"
	"fulcrum/constructs/vpclink"
)

var template *synth.Template

var routes = []route.Route{
	{Method: "GET", Path: "/dinners", Public: true},
	{Method: "DELETE", Path: "/dinners/{dinnerId}/reservations/{reservationId}", Scope: "dinner/guest"},
}

// TestMain defines one link with an API of each kind before it.
func TestMain(m *testing.M) {
	synth.Main(m, &template, "Links", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		link := vpclink.New(stack, "Link", vpclink.Props{
			Network: network.New(stack, "Network", network.Props{Private: true, LogKey: telemetry}),
			Servers: &loadbalancer.Servers{Type: loadbalancer.IP, Port: 8080, HealthPath: "/health"},
		})
		httpapi.New(stack, "HTTP", httpapi.Props{
			Link: link, Routes: routes, Issuer: "https://issuer.example.org/pool", Audience: []string{"web"},
			Rate: 100, Burst: 200, LogKey: telemetry,
		})
		restapi.New(stack, "REST", restapi.Props{
			Link: link, Routes: routes, Rate: 100, Burst: 200, LogKey: telemetry,
			UserPool: awscognito.UserPool_FromUserPoolId(stack, jsii.String("Users"), jsii.String("eu-west-1_EXAMPLE")),
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Compute-Fargate"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	link := vpclink.New(stack, "Link", vpclink.Props{
		Network: network.New(stack, "Network", network.Props{Private: true, LogKey: telemetry}),
		Servers: &loadbalancer.Servers{Type: loadbalancer.IP, Port: 8080, HealthPath: "/health"},
	})
	httpapi.New(stack, "FrontDoor", httpapi.Props{
		Link:   link,
		Routes: []route.Route{{Method: "GET", Path: "/dinners", Public: true}},
		Rate:   100,
		Burst:  200,
		LogKey: telemetry,
	})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		// Elastic Load Balancing delivers to buckets under S3's own key only.
		if !strings.HasPrefix(problem, "LinkBalancerLogs") {
			t.Error(problem)
		}
	}
}

// TestLink wants the link in private subnets, with a way to the load balancer and no
// other, and nobody else let in there.
func TestLink(t *testing.T) {
	link := template.One("AWS::ApiGatewayV2::VpcLink")
	if name := link.Properties.At("Name").Deployed("Links", "eu-west-1"); name != "Links-Link" {
		t.Errorf("called %s", name)
	}
	subnets := link.Properties.At("SubnetIds").List()
	for _, subnet := range subnets {
		if !strings.Contains(subnet.String(), "PrivateSubnet") {
			t.Errorf("in %s", subnet)
		}
	}
	if len(subnets) != 2 {
		t.Errorf("in %d subnets", len(subnets))
	}
	group := link.Properties.At("SecurityGroupIds", 0, "Fn::GetAtt", 0).String()
	ways := map[string]string{}
	for _, kind := range []string{"Ingress", "Egress"} {
		for _, r := range template.OfType("AWS::EC2::SecurityGroup" + kind) {
			ways[r.Properties.At("GroupId", "Fn::GetAtt", 0).String()+" "+kind] += r.Properties.At("FromPort").String() + " "
		}
	}
	if ways[group+" Egress"] != "80 " || ways[group+" Ingress"] != "" {
		t.Errorf("the link's group: %v", ways)
	}
	for id, ports := range ways {
		if strings.HasPrefix(id, "LinkBalancer") && strings.HasSuffix(id, " Ingress") && ports != "80 " {
			t.Errorf("%s lets in at %s", id, ports)
		}
	}
}

// TestHTTP wants every route to end at the listener, with the client's own method.
func TestHTTP(t *testing.T) {
	listener := template.One("AWS::ElasticLoadBalancingV2::Listener").ID
	for _, r := range template.OfType("AWS::ApiGatewayV2::Integration") {
		p := r.Properties
		if p.At("ConnectionType").Value != "VPC_LINK" || p.At("IntegrationMethod").Value != "ANY" || p.At("IntegrationType").Value != "HTTP_PROXY" || p.At("IntegrationUri", "Ref").Value != listener {
			t.Errorf("%s: %s", r.ID, p)
		}
		if p.At("ConnectionId", "Ref").Value != template.One("AWS::ApiGatewayV2::VpcLink").ID {
			t.Errorf("%s goes through %s", r.ID, p.At("ConnectionId"))
		}
	}
	if len(template.OfType("AWS::ApiGatewayV2::Integration")) == 0 || len(template.OfType("AWS::Lambda::Permission")) != 0 {
		t.Error("no integration, or a permission for a function that is not there")
	}
}

// TestREST wants every method to go through the link to the load balancer's own
// path, with the segments that vary.
func TestREST(t *testing.T) {
	want := map[string]string{"GET": "/dinners", "DELETE": "/dinners/{dinnerId}/reservations/{reservationId}"}
	for _, r := range template.OfType("AWS::ApiGateway::Method") {
		p := r.Properties
		path, ok := want[p.At("HttpMethod").String()]
		if !ok {
			continue
		}
		delete(want, p.At("HttpMethod").String())
		i := p.At("Integration")
		if uri := i.At("Uri").String(); !strings.Contains(uri, `"http://"`) || !strings.Contains(uri, path) || i.At("IntegrationHttpMethod").String() != p.At("HttpMethod").String() {
			t.Errorf("%s goes to %s %s", path, i.At("IntegrationHttpMethod"), uri)
		}
		if i.At("ConnectionType").Value != "VPC_LINK" || i.At("ConnectionId", "Ref").Value == nil || !strings.HasPrefix(i.At("IntegrationTarget", "Ref").String(), "LinkBalancer") {
			t.Errorf("%s: %s", path, i)
		}
		for _, name := range []string{"dinnerId", "reservationId"} {
			if strings.Contains(path, name) != (i.At("RequestParameters", "integration.request.path."+name).Value == "method.request.path."+name) ||
				strings.Contains(path, name) != (p.At("RequestParameters", "method.request.path."+name).Value == true) {
				t.Errorf("%s hands on %s and asks for %s", path, i.At("RequestParameters"), p.At("RequestParameters"))
			}
		}
	}
	for _, path := range want {
		t.Errorf("no method for %s", path)
	}
}

func TestValidate(t *testing.T) {
	err := vpclink.Props{LogDays: -1}.Validate()
	for _, want := range []string{"Network: missing", "Servers: missing", "LogDays: -1"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
