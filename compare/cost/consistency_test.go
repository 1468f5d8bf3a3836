package cost

import "testing"

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
