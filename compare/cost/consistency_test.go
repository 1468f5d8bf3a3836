package cost

import (
	"fmt"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// TestStrongReadsCostTwice wants the reads of queries of aggregates doubled, those
// of commands as they were, and those of read models too: they stay eventual.
func TestStrongReadsCostTwice(t *testing.T) {
	units := func(strong bool) map[string]float64 {
		m, d := sample(t, "Baseline")
		for _, f := range m.Stack.OfType("AWS::Lambda::Function") {
			if variables, ok := f.Get("Environment", "Variables").(map[string]any); ok && strong && variables["CONSISTENCY"] != nil {
				variables["CONSISTENCY"] = "strong"
			}
		}
		read := map[string]float64{}
		bill := NewModel(m.Stack, "", m.book, m.options, d).Bill(d)
		for _, i := range bill.Items {
			for _, l := range i.Lines {
				if l.Service == "dynamodb" && l.Dimension == "read-units" {
					read[l.Formula] += l.Quantity
				}
			}
		}
		return read
	}
	eventual, strong := units(false), units(true)
	for formula, was := range eventual {
		want := was
		if formula == "See Dinner: item by item" || formula == "My Reservations: item by item" {
			want = 2 * was
		}
		if strong[formula] != want {
			t.Errorf("%s: %.0f units eventually, %.0f strongly, want %.0f", formula, was, strong[formula], want)
		}
	}
	if eventual["See Dinner: item by item"] == 0 || len(eventual) < 5 {
		t.Errorf("read units %v", eventual)
	}
}

// TestItemsWrittenOneByOne wants a table without transactions to pay for no item twice
// over, for its events within the aggregate's item, and for both replicas alike; and the
// witness, which is in no list of replicas, for nothing.
func TestItemsWrittenOneByOne(t *testing.T) {
	_, demand := sample(t, "Baseline")
	written := func(properties string) (units map[string]float64, regions map[string]float64) {
		s, err := assembly.Parse(fmt.Appendf(nil, `{"Metadata":{"fulcrum":{"region":"eu-west-1"}},"Resources":{"Store":{"Type":"AWS::DynamoDB::GlobalTable",
			"Metadata":{"fulcrum":{"role":"store","data-class":"bookings"}},"Properties":{%s"Replicas":[{"Region":"eu-west-1"},{"Region":"eu-central-1"}]}}}}`, properties))
		if err != nil {
			t.Fatal(err)
		}
		units, regions = map[string]float64{}, map[string]float64{}
		for _, i := range NewModel(s, "eu-west-1", facts.Default(), price.Options{}, demand).Bill(demand).Items {
			for _, l := range i.Lines {
				if strings.HasSuffix(l.Dimension, "write-units") {
					units[l.Formula] += l.Quantity
					regions[fmt.Sprint(strings.HasPrefix(l.Formula, "the copy in "))] += l.Quantity
				}
			}
		}
		return units, regions
	}
	together, _ := written("")
	alone, regions := written(`"MultiRegionConsistency":"STRONG","GlobalTableWitnesses":[{"Region":"eu-west-3"}],`)
	if regions["true"] == 0 || regions["true"] != regions["false"] {
		t.Errorf("written here and in the copy: %v", regions)
	}
	for formula := range alone {
		if strings.Contains(formula, "transaction") || strings.Contains(formula, "each event,") {
			t.Errorf("%s: %.0f units", formula, alone[formula])
		}
	}
	reserve := 0.0
	for _, o := range demand.Load.Operations {
		if o.Name == "Reserve Seat" {
			reserve = o.Calls
		}
	}
	// An item of 2.5 KB with a record of the call and 1.02 events of a fraction of 1 KB
	// is metered as four.
	got := alone["Reserve Seat: taking the events out of the item once they are handed on"]
	if got != 4*reserve {
		t.Errorf("taking out the events of %.0f reservations is %.0f units, want four each; %v", reserve, got, alone)
	}
	if len(together) == 0 {
		t.Error("the table with transactions writes nothing")
	}
}
