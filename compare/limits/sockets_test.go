package limits

import (
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/cost"
	"fulcrum/design"
)

// TestHeldWebSockets sets what servers hold against the sessions of the busiest second.
func TestHeldWebSockets(t *testing.T) {
	d := cost.Demand{Design: &design.Design{Capacity: design.Capacity{SessionSeconds: 360}}}
	d.Load = design.Load{Connections: design.SecondsPerMonth, PeakFactor: 10, PeakRPS: 50}
	for template, want := range map[string]float64{
		`"T":{"Type":"AWS::ApplicationAutoScaling::ScalableTarget","Properties":{"MaxCapacity":9}}`: 10,
		`"G":{"Type":"AWS::AutoScaling::AutoScalingGroup","Properties":{"MaxSize":"3"}}`:            10.0 / 3,
	} {
		s, err := assembly.Parse([]byte(`{"Resources":{
			"C":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"connections","held-by":"servers","each":4000}}},` + template + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		l, ok := held(newMeasure(s, d, cost.Bill{}))
		if !ok || l.Demand != 3600 || l.Headroom != want || l.BreaksAt != 50*want {
			t.Errorf("%+v, want headroom %g", l, want)
		}
	}
}

// TestMessagesAreNoRequests wants the throttle of an API of WebSockets not to be set
// against the design's requests, which do not come over it.
func TestMessagesAreNoRequests(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Http":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}},
		"Sockets":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"WEBSOCKET"}},
		"A":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"Http"}}},
		"B":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"Sockets"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"A": false, "B": true} {
		if stage, _ := s.Resource(id); sockets(s, stage) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
}
