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
