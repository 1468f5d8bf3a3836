package posture

import (
	"fmt"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

// TestLegsToServers wants the way from an API over a link and a load balancer to
// servers, with what each leg speaks.
func TestLegsToServers(t *testing.T) {
	const template = `{"Resources":{
		"Api":{"Type":"AWS::ApiGatewayV2::Api"},
		"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Api"},"IntegrationUri":{"Ref":"L"}}},
		"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"network"}},"Properties":{"Scheme":"internal"}},
		"L":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"Protocol":"HTTP","LoadBalancerArn":{"Ref":"Lb"},"DefaultActions":[{"TargetGroupArn":{"Ref":"G"}}]}},
		"G":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"TargetType":"ip","Protocol":%q}},
		"S":{"Type":"AWS::ECS::Service","Metadata":{"fulcrum":{"role":"compute"%s}},"Properties":{"LoadBalancers":[{"TargetGroupArn":{"Ref":"G"}}]}}}}`
	for _, x := range []struct {
		protocol, about, floor string
		ok                     bool
	}{
		{"HTTP", "", "none", false},
		{"HTTPS", "", "unknown", false},
		{"HTTPS", `,"tls":"TLS 1.3"`, "TLS 1.3", true},
	} {
		s, err := assembly.Parse([]byte(fmt.Sprintf(template, x.protocol, x.about)))
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]Hop{}
		for _, h := range Of(s, design.Design{}, facts.Default()).InTransit {
			found[h.From+" "+h.To] = h
		}
		if h := found["Api Lb"]; h.Floor != "none" || h.Public {
			t.Errorf("over the link: %+v", h)
		}
		if h := found["Lb S"]; h.Floor != x.floor || h.OK() != x.ok || h.Public {
			t.Errorf("%s%s: %+v, want %s", x.protocol, x.about, h, x.floor)
		}
	}
}

// TestPushToServers wants the way from the function that pushes to the servers that
// hold connections, and none from what does not know where they are.
func TestPushToServers(t *testing.T) {
	const template = `{"Resources":{
		"C":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"connections","held-by":%q,"tls":"TLS 1.3"}}},
		"Push":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"consumer"}},"Properties":{"Environment":{"Variables":{"T":{"Ref":"C"}}}}},
		"Other":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"consumer"}}},
		"S":{"Type":"AWS::ECS::Service","Metadata":{"fulcrum":{"role":"compute"}}}}}`
	for by, want := range map[string]string{"servers": "TLS 1.3", "api": ""} {
		s, err := assembly.Parse([]byte(fmt.Sprintf(template, by)))
		if err != nil {
			t.Fatal(err)
		}
		floors := map[string]string{}
		for _, h := range Of(s, design.Design{}, facts.Default()).InTransit {
			floors[h.From+" "+h.To] = h.Floor
		}
		if floors["Push S"] != want || floors["Other S"] != "" {
			t.Errorf("held by %s: %v", by, floors)
		}
	}
}
