package diagram

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
)

func TestOfFollowsTheWayOfARequestAndOfAnEvent(t *testing.T) {
	all, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := all.Stack("FrontDoor-Alb")
	d := Of(s)
	var edges []string
	for _, e := range d.Edges {
		arrow := "→"
		if e.Async {
			arrow = "⇢"
		}
		edges = append(edges, e.From+arrow+e.To)
	}
	for _, want := range []string{"FrontDoor→Api", "Api→Store", "Store⇢Outbox", "Outbox⇢Bus", "Bus⇢SearchQueue", "SearchQueue⇢Search"} {
		if !slices.Contains(edges, want) {
			t.Errorf("no %s in %s", want, strings.Join(edges, " "))
		}
	}
	last := 0
	for _, n := range d.Nodes {
		if n.Rank < last || n.Service == "" {
			t.Errorf("%s of rank %d after %d is called %q", n.ID, n.Rank, last, n.Service)
		}
		last = n.Rank
	}
	if i := slices.IndexFunc(d.Nodes, func(n Node) bool { return n.ID == "FrontDoor" }); d.Nodes[i].Service != "Load Balancer" {
		t.Errorf("the front door is a %s", d.Nodes[i].Service)
	}
}

// TestOfLeavesOutWhatIsOnNoWay has a rule between a bus and a function, and a key.
func TestOfLeavesOutWhatIsOnNoWay(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
 "Bus":{"Type":"AWS::Events::EventBus"},"Key":{"Type":"AWS::KMS::Key"},
 "Rule":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},"Targets":[{"Arn":{"Fn::GetAtt":["F","Arn"]}},{"Arn":{"Ref":"Other"}}]}},
 "F":{"Type":"AWS::Lambda::Function"},"Other":{"Type":"AWS::SQS::Queue"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	d := Of(s)
	if got := fmt.Sprint(d.Edges); len(d.Nodes) != 3 || got != "[{Bus F true} {Bus Other true}]" {
		t.Errorf("%v, %s", d.Nodes, got)
	}
	if d := Of(&assembly.Stack{}); d.Nodes == nil || d.Edges == nil {
		t.Error("an empty stack has no lists")
	}
}
