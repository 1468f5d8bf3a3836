package cost

import (
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestHeldWebSockets holds what WebSockets add where servers hold them to amounts
// worked out by hand: a connection more for each session in the load balancer's units,
// leases, and the metric that servers are added by.
func TestHeldWebSockets(t *testing.T) {
	_, base := sample(t, "Baseline")
	const held = `"C":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"connections","held-by":"servers","each":4000}},"Properties":{"Replicas":[{}]}},`
	template := func(sockets string) string {
		return `{"Resources":{` + sockets + `
		"M":{"Type":"AWS::Logs::MetricFilter","Properties":{"MetricTransformations":[{}]}},
		"T":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"MinCapacity":2,"MaxCapacity":9}},
		"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Metadata":{"fulcrum":{"role":"front-door"}},"Properties":{"Scheme":"internet-facing"}}}}`
	}
	quantity := func(text, id, service, dimension string) float64 {
		s, err := assembly.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		m := NewModel(s, "eu-west-1", facts.Default(), price.Options{}, base)
		if len(m.Coverage.NotPriced) > 0 {
			t.Errorf("coverage %s", m.Coverage)
		}
		total, _ := m.Bill(base).Quantity(id, service, dimension)
		return total
	}
	// Connections are the largest of a load balancer's dimensions, or bytes are.
	before, after := quantity(template(""), "Lb", "alb", "lcu-hours"), quantity(template(held), "Lb", "alb", "lcu-hours")
	sessions := base.Load.Connections / (Hours * 3600)
	bytes := (base.Load.BytesIn + base.Load.BytesOut) / GB / Hours
	largest := func(sessions, bytes float64) float64 {
		return Hours * max(sessions/25, sessions*base.Design.Capacity.SessionSeconds/3000, bytes)
	}
	if want := largest(sessions, bytes); !near(before, want, 1e-9) {
		t.Errorf("without: %g LCU-hours, want %g", before, want)
	}
	if want := largest(2*sessions, bytes+2*base.Load.EventCount*1024/GB/Hours); !near(after, want, 1e-9) || after <= before {
		t.Errorf("with: %g LCU-hours, want %g", after, want)
	}
	// Two servers, every 30 s, an item and its index entry; two of each for a session.
	if got, want := quantity(template(held), "C", "dynamodb", "write-units"), 2*2*Hours*120+4*base.Load.Connections; !near(got, want, 1e-9) {
		t.Errorf("%g writes, want %g", got, want)
	}
	if got := quantity(template(held), "M", "alarms", "metrics"); got != 1 {
		t.Errorf("%g metrics", got)
	}
}
