package cost

import (
	"fmt"
	"math"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

// TestEventsSentOnArePaidAgain prices one bus for all against two, the second of
// which receives two of the events from the first.
func TestEventsSentOnArePaidAgain(t *testing.T) {
	_, demand := sample(t, "Baseline")
	if len(demand.Load.Events) < 3 {
		t.Fatal("the sample design has too few events")
	}
	a, b, rest := demand.Load.Events[0], demand.Load.Events[1], demand.Load.EventCount
	about := func(r role.Role, events ...string) string {
		list := ""
		for i, e := range events {
			if i > 0 {
				list += ","
			}
			list += fmt.Sprintf("%q", e)
		}
		return fmt.Sprintf(`"Metadata":{"fulcrum":{"role":%q,"events":[%s]}}`, r, list)
	}
	const (
		key  = `"Key":{"Type":"AWS::KMS::Key","Properties":{}},`
		home = `"Home":{"Type":"AWS::Events::EventBus","Properties":{"KmsKeyIdentifier":{"Ref":"Key"}}},
			"HomeArchive":{"Type":"AWS::Events::Archive","Properties":{"SourceArn":{"Ref":"Home"},"RetentionDays":365}},
			"Pipe":{"Type":"AWS::Pipes::Pipe","Properties":{"Target":{"Ref":"Home"}}}`
	)
	other := `,"Other":{"Type":"AWS::Events::EventBus","Properties":{}},
		"Forward":{"Type":"AWS::Events::Rule",` + about(role.Rule, a.Name, b.Name) + `,"Properties":{"EventBusName":{"Ref":"Home"},"Targets":[{"Arn":{"Ref":"Other"}}]}},
		"Few":{"Type":"AWS::Pipes::Pipe",` + about(role.Pipe, a.Name) + `,"Properties":{"Target":{"Ref":"Other"}}}`
	price1 := func(resources string) Bill {
		s, err := assembly.Parse([]byte(`{"Resources":{` + key + resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		return NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand).Bill(demand)
	}
	for _, x := range []struct {
		what, resources, id, service, dimension string
		want                                    float64
	}{
		{"one bus", home, "Home", "eventbridge", "events", rest},
		{"its pipe", home, "Pipe", "pipes", "requests", rest},
		{"its archive", home, "HomeArchive", "eventbridge", "archive-stored-gb", rest * demand.eventBytes() / GB * 12},
		{"its key: each event and, without rules, each delivery", home, "Key", "kms", "requests", rest + demand.Load.Deliveries},
		{"the first of two", home + other, "Home", "eventbridge", "events", rest},
		{"the second: two sent on, one published", home + other, "Other", "eventbridge", "events", 2*a.Count + b.Count},
		{"a pipe with a filter", home + other, "Few", "pipes", "requests", a.Count},
		{"the first one's key: each event, and what is sent on", home + other, "Key", "kms", "requests", rest + a.Count + b.Count},
	} {
		if got, _ := price1(x.resources).Quantity(x.id, x.service, x.dimension); math.Abs(got-x.want) > 1e-6*x.want {
			t.Errorf("%s: %v, want %v", x.what, got, x.want)
		}
	}
}
