package capability

import (
	"fmt"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
)

func TestData(t *testing.T) {
	for _, x := range []struct{ name, resources, strong, forgets string }{
		{
			"baseline", `"Api": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"CONSISTENCY": "eventual"}}}},
				"Archive": {"Type": "AWS::Events::Archive", "Properties": {"RetentionDays": 90}}`,
			"no half the price, may lag a moment", "no rows at once, archives after 90 days",
		},
		{
			"both", `"Api": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"CONSISTENCY": "strong"}}}},
				"Archive": {"Type": "AWS::Events::Archive", "Properties": {"RetentionDays": 90}},
				"Keys": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store", "data-class": "person-keys"}},
					"Properties": {"Replicas": [{"PointInTimeRecoverySpecification": {"RecoveryPeriodInDays": 7}}]}}`,
			"yes of aggregates; read models lag behind", "yes everywhere, keys gone for good after 7 days",
		},
		{
			"in every Region", `"Api": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"CONSISTENCY": "global-strong"}}}}`,
			"yes of aggregates, in every Region; read models lag behind", "unknown no archive, no keys of persons",
		},
	} {
		s, err := assembly.Parse([]byte(`{"Resources": {` + x.resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		d := newDoor(s, facts.Default())
		for _, c := range []struct {
			got  Cell
			want string
		}{{strongReads(d), x.strong}, {forgets(d), x.forgets}} {
			if text := string(c.got.Mark) + " " + c.got.Text; text != c.want || len(c.got.Evidence) == 0 && c.got.Mark == Yes {
				t.Errorf("%s: %q, want %q", x.name, text, c.want)
			}
		}
	}
}

// TestElsewhere wants sealed texts to be readable in another Region only where their
// keys are copied there and can be unwrapped.
func TestElsewhere(t *testing.T) {
	const (
		store    = `"Store": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store", "data-class": "bookings"}}, "Properties": {"Replicas": [%s]}}`
		persons  = `"Persons": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store", "data-class": "person-keys"}}, "Properties": {"Replicas": [%s]}}`
		replica  = `"Replica": {"Type": "AWS::KMS::ReplicaKey"}`
		one, two = `{"Region": "eu-west-1"}`, `{"Region": "eu-west-1"}, {"Region": "eu-central-1"}`
	)
	for want, resources := range map[string]string{
		"no nothing: the data is in one":                               fmt.Sprintf(store, one),
		"yes copies of the tables":                                     fmt.Sprintf(store, two),
		"yes copies of the tables, but nothing that is sealed in them": fmt.Sprintf(store+","+persons, two, one),
		"yes copies of the tables, and what is sealed in them":         fmt.Sprintf(store+","+persons+","+replica, two, two),
	} {
		s, err := assembly.Parse([]byte(`{"Resources": {` + resources + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		c := elsewhere(newDoor(s, facts.Default()))
		if got := string(c.Mark) + " " + c.Text; got != want || len(c.Evidence) == 0 && c.Mark == Yes {
			t.Errorf("%q with %d references, want %q", got, len(c.Evidence), want)
		}
	}
}

// TestTogether wants what is lost named where a table has no transactions.
func TestTogether(t *testing.T) {
	const table = `{"Resources": {"Store": {"Type": "AWS::DynamoDB::GlobalTable", "Metadata": {"fulcrum": {"role": "store"}}, "Properties": {%s}}}}`
	for want, properties := range map[string]string{
		"yes in one transaction": "",
		"no item by item: no transactions, no expiry, few calls remembered": `"MultiRegionConsistency": "STRONG"`,
	} {
		s, err := assembly.Parse(fmt.Appendf(nil, table, properties))
		if err != nil {
			t.Fatal(err)
		}
		c := together(newDoor(s, facts.Default()))
		if got := string(c.Mark) + " " + c.Text; got != want || len(c.Evidence) == 0 {
			t.Errorf("%q with %d references, want %q", got, len(c.Evidence), want)
		}
	}
}
