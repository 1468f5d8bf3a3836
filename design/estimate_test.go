package design

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// small returns testdata/good.yaml: at base 1,000 users, who make 2,000 Create
// Dinner, 1,000 Confirm Number, 50,000 Find Dinners and 20,000 See Dinner a month.
func small(t *testing.T) *Design {
	t.Helper()
	d, err := Read("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*math.Abs(want) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestLoad holds the load against figures worked out by hand from the file.
func TestLoad(t *testing.T) {
	l := small(t).Load(Base)
	near(t, "requests", l.Requests, 73_000)
	near(t, "reads", l.Reads, 70_000)
	near(t, "writes", l.Writes, 3_000)
	near(t, "average", l.AverageRPS, 1.0/36) // 73,000 ÷ 2,628,000
	near(t, "peak", l.PeakRPS, 10.0/36)
	near(t, "bytes in", l.BytesIn, 75e6)    // 2,000 × 2 KB + 71,000 × 1 KB
	near(t, "bytes out", l.BytesOut, 443e6) // 3,000 × 1 KB + 50,000 × 8 KB + 20,000 × 2 KB
	near(t, "events", l.EventCount, 3_000)  // 2,000 + 75 % and 25 % of 1,000
	near(t, "deliveries", l.Deliveries, 2_250)
	near(t, "aggregates written", l.Written.Aggregates, 3_000)
	near(t, "events written", l.Written.Events, 3_000)
	near(t, "keys written", l.Written.IdempotencyKeys, 3_000)
	near(t, "transacted", l.Written.Transacted(), 9_000)
	near(t, "read models written", l.Written.ReadModels, 2_250)
	near(t, "connections", l.Connections, 9_125) // 73,000 ÷ 8
	near(t, "log", l.LogBytes, 37.625e6)         // (73,000 + 2,250) × 500 B
	near(t, "Find Dinners at peak", l.Operations[2].PeakRPS, 10*50_000/2_628_000.0)
}

// TestEstimate holds the estimate at base against figures worked out by hand.
func TestEstimate(t *testing.T) {
	want := map[string]float64{
		"requests: requests a month":                73_000,
		"requests: requests, average":               0.027777778,
		"requests: requests, peak":                  0.27777778,
		"requests: reads, average":                  70_000 / 2_628_000.0,
		"requests: writes, peak":                    0.011415525,
		"operations: See Dinner, average":           20_000 / 2_628_000.0,
		"operations: Create Dinner, peak":           20_000 / 2_628_000.0,
		"events: events a month":                    3_000,
		"events: events, peak":                      0.011415525,
		"events: deliveries to consumers, peak":     0.0085616438,
		"items written: read models, peak":          0.0085616438,
		"items written: items for one command":      3.75, // 11,250 ÷ 3,000
		"storage: bookings, a year":                 48e6, // 2,000 × 2 KB × 12
		"storage: outbox, a year":                   34.5e6,
		"storage: idempotency keys, a year":         10.8e6,
		"storage: read models, a year":              10.8e6,
		"storage: logs, a year":                     451.5e6,
		"storage: together, a year":                 590.1e6,
		"storage: bookings, after 730 days":         147978207.8, // 48 MB × 1.25 ÷ ln 1.5
		"storage: read models, after 365 days":      13318038.7,  // 10.8 MB × 0.5 ÷ ln 1.5
		"storage: event archive, after 90 days":     8946630.1,
		"storage: idempotency keys, after 24 h":     29605.482,
		"storage: logs, after 30 days":              37734870.9,
		"bandwidth: in, average":                    0.22831050, // 75 MB × 8 ÷ 1,000 ÷ 2,628,000
		"bandwidth: in, peak":                       2.2831050,
		"bandwidth: out, average":                   1.3485540,
		"bandwidth: out, peak":                      13.485540,
		"at once: service executions":               0.013888889, // 10/36 × 0.05
		"at once: consumer executions":              0.00017123288,
		"at once: open connections":                 4.1666667, // 10/36 ÷ 8 × 120
		"at once: new connections, peak":            0.034722222,
		"cache: data being read":                    4832876.7, // 4.9 MB × 30 ÷ 30.4167
		"cache: memory for the hot set":             1208219.2,
		"items written: aggregates, peak":           0.011415525,
		"items written: idempotency keys, peak":     0.011415525,
		"items written: events in the outbox, peak": 0.011415525,
	}
	e := small(t).Estimate()
	for _, g := range e.Groups {
		for _, l := range g.Lines {
			name := g.Name + ": " + l.Name
			if v, ok := want[name]; ok {
				near(t, name, l.Values[Base], v)
				delete(want, name)
			}
			if l.Formula == "" || l.Filled[Low] == "" || l.Filled[Peak] == "" {
				t.Errorf("%s has no formula", name)
			}
		}
	}
	for name := range want {
		t.Errorf("no line %s", name)
	}
}

func TestFormulaIsTheCalculation(t *testing.T) {
	for _, l := range small(t).Estimate().Groups[0].Lines {
		if l.Name == "requests, peak" && l.Filled[Base] != "73,000 ÷ 2,628,000 s × 10" {
			t.Errorf("filled: %s", l.Filled[Base])
		}
	}
	got := over(plus(num(2, ""), num(4, "")), times(num(1.5, "s"), num(2, "")))
	if got.value != 2 || got.text != "(2 + 4) ÷ (1.5 s × 2)" {
		t.Errorf("%v, %s", got.value, got.text)
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.4566: "0.457", 4.5664: "4.57", 137.2: "137", 999.4: "999", 999.6: "1,000", 12_000_400: "12,000,400",
		0.00012345: "0.000123", 0.0000152: "1.52e-05", 30: "30", 0.04: "0.04",
	} {
		if got := Figure(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0 B", 999: "999 B", 999.6: "1 KB", 1_660_000_000: "1.66 GB", 2e18: "2,000 PB"} {
		if got := Bytes(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

// TestStorageGrowsEvenly holds the closed form of what is kept against adding up
// short steps.
func TestStorageGrowsEvenly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &Design{Capacity: Capacity{GrowthPerYear: rapid.Float64Range(0, 3).Draw(t, "growth")}}
		years := rapid.Float64Range(0.01, 10).Draw(t, "years")
		monthly := rapid.Float64Range(1, 1e9).Draw(t, "bytes a month")
		s := sheet{d: d}
		got := s.kept(store{years: years, monthly: func(Load) float64 { return monthly }}, Load{}).value
		const steps = 20_000
		want := 0.0
		for i := range steps {
			want += 12 * monthly * math.Pow(1+d.Capacity.GrowthPerYear, (float64(i)+0.5)/steps*years) * years / steps
		}
		if math.Abs(got-want) > 1e-4*want {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// TestLoadIsProportional holds that nothing in the load depends on the number of
// users but in proportion, and that the parts add up.
func TestLoadIsProportional(t *testing.T) {
	d := small(t)
	rapid.Check(t, func(t *rapid.T) {
		users, factor := rapid.Float64Range(1, 1e9).Draw(t, "users"), rapid.Float64Range(1, 100).Draw(t, "factor")
		d.Capacity.Users = [3]float64{users, users * factor, users * factor}
		one, more := d.Load(Low), d.Load(Base)
		for i, pair := range [][2]float64{
			{one.Requests, more.Requests}, {one.PeakRPS, more.PeakRPS}, {one.Deliveries, more.Deliveries},
			{one.Written.Transacted(), more.Written.Transacted()}, {one.LogBytes, more.LogBytes}, {one.Connections, more.Connections},
		} {
			if math.Abs(pair[0]*factor-pair[1]) > 1e-9*pair[1] {
				t.Fatalf("figure %d: %v × %v is not %v", i, pair[0], factor, pair[1])
			}
		}
		calls := 0.0
		for _, o := range one.Operations {
			calls += o.Calls
		}
		if math.Abs(calls-one.Requests) > 1e-9*calls || math.Abs(one.Reads+one.Writes-calls) > 1e-9*calls {
			t.Fatalf("operations %v, reads and writes %v, requests %v", calls, one.Reads+one.Writes, one.Requests)
		}
	})
}

func TestColumnNames(t *testing.T) {
	if got := strings.Join([]string{Low.String(), Base.String(), Peak.String(), Column(7).String()}, " "); got != "low base peak Column(7)" {
		t.Error(got)
	}
}
