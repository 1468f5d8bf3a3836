package capability

import (
	"fmt"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
)

// TestHeldSockets wants WebSockets that servers hold to be told from those that they
// could.
func TestHeldSockets(t *testing.T) {
	const template = `{"Resources":{
		"Door":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"front-door"}}},
		"C":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"connections","held-by":%q,"each":4000}}}}}`
	for by, want := range map[string]string{"servers": "yes held by the servers, 4000 each", "api": "offered offered"} {
		s, err := assembly.Parse([]byte(fmt.Sprintf(template, by)))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range Of([]*assembly.Stack{s}, facts.Default()) {
			if got := string(r.Cells[0].Mark) + " " + r.Cells[0].Text; r.ID == "websocket" && got != want {
				t.Errorf("held by %s: %q, want %q", by, got, want)
			}
		}
	}
}

// TestServersAreReadOffTheirTargetGroup wants what the options of load balancing,
// session and rpc set to be told apart.
func TestServersAreReadOffTheirTargetGroup(t *testing.T) {
	const template = `{"Resources":{
		"Door":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"Scheme":"internet-facing"}},
		"L":{"Type":"AWS::ElasticLoadBalancingV2::Listener","Properties":{"LoadBalancerArn":{"Ref":"Door"},"DefaultActions":[{"TargetGroupArn":{"Ref":"G"}}]}},
		"G":{"Type":"AWS::ElasticLoadBalancingV2::TargetGroup","Properties":{"TargetType":"ip","ProtocolVersion":%q,"TargetGroupAttributes":[%s]}}}}`
	attribute := func(key, value string) string { return fmt.Sprintf(`{"Key":%q,"Value":%q}`, key, value) }
	for _, x := range []struct {
		version, attributes     string
		grpc, sticky, balancing string
	}{
		{"", attribute("slow_start.duration_seconds", "30"), "offered offered", "offered offered", "yes in turn, a new one spared for 30 s"},
		{"GRPC", attribute("load_balancing.algorithm.type", "least_outstanding_requests"), "yes and nothing else", "offered offered", "yes the one with the fewest requests under way"},
		{
			"", attribute("load_balancing.algorithm.type", "weighted_random") + "," + attribute("load_balancing.algorithm.anomaly_mitigation", "on"),
			"offered offered", "offered offered", "yes at random, less often one that answers with errors",
		},
		{
			"", attribute("stickiness.enabled", "true") + "," + attribute("stickiness.lb_cookie.duration_seconds", "360"),
			"offered offered", "yes by a cookie, for 6 min", "yes in turn",
		},
	} {
		s, err := assembly.Parse([]byte(fmt.Sprintf(template, x.version, x.attributes)))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, r := range Of([]*assembly.Stack{s}, facts.Default()) {
			got[r.ID] = string(r.Cells[0].Mark) + " " + r.Cells[0].Text
		}
		for row, want := range map[string]string{"grpc": x.grpc, "sticky-sessions": x.sticky, "balancing": x.balancing} {
			if got[row] != want {
				t.Errorf("%s: %s is %q, want %q", x.attributes, row, got[row], want)
			}
		}
	}
}
