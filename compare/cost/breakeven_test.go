package cost

import (
	"math"
	"strings"
	"testing"

	"fulcrum/compare/facts"
	"fulcrum/design"
)

func near(got, want, relative float64) bool { return math.Abs(got-want) <= relative*math.Abs(want) }

func TestFindBreakEvenFindsEveryCrossing(t *testing.T) {
	flat := Curve{"flat", func(float64) float64 { return 100 }}
	linear := Curve{"linear", func(n float64) float64 { return n / 1e6 }}
	// Cheap, then dear, then cheap again.
	wave := Curve{"wave", func(n float64) float64 { return 100 + 50*math.Sin(2*math.Pi*math.Log10(n)/3) }}
	b := FindBreakEven([]Curve{flat, linear})
	if len(b.Crossings) != 1 || !near(b.Crossings[0].Requests, 1e8, 1e-6) || b.Crossings[0].Below != "linear" {
		t.Errorf("flat and linear cross at %+v", b.Crossings)
	}
	b = FindBreakEven([]Curve{flat, wave})
	want := []float64{math.Pow(10, 4.5), 1e6, math.Pow(10, 7.5), 1e9, math.Pow(10, 10.5)}
	if len(b.Crossings) != len(want) {
		t.Fatalf("flat and wave cross %d times, want %d: %+v", len(b.Crossings), len(want), b.Crossings)
	}
	for i, c := range b.Crossings {
		if !near(c.Requests, want[i], 1e-5) {
			t.Errorf("crossing %d at %g, want %g", i, c.Requests, want[i])
		}
	}
	for i, x := range b.Intervals {
		if winner := []string{"wave", "flat"}[(i+1)%2]; x.Winner != winner {
			t.Errorf("interval %d goes to %s, want %s", i, x.Winner, winner)
		}
	}
	if first, last := b.Intervals[0].From, b.Intervals[len(b.Intervals)-1].To; first != FewestRequests || last != MostRequests {
		t.Errorf("intervals cover %g to %g", first, last)
	}
}

func TestEqualCurvesDoNotCross(t *testing.T) {
	same := func(n float64) float64 { return n / 1e6 }
	b := FindBreakEven([]Curve{{"a", same}, {"b", same}})
	if len(b.Crossings) != 0 || len(b.Intervals) != 1 {
		t.Errorf("%+v", b)
	}
}

// TestPublishedBreakEven reproduces the break-even points of facts.md §2 from the
// book's prices: 5 GB processed per million requests, one new connection for each
// request, no free tier, nothing but the front door. Its load balancer for Lambda
// has its bytes metered at 0.4 GB an LCU; its figures for the other Regions are
// for servers, where new connections are the largest dimension.
func TestPublishedBreakEven(t *testing.T) {
	for _, x := range []struct {
		region, against string
		addresses       int
		servers         bool
		million         float64
	}{
		{"us-east-1", "rest-api", 0, false, 4.8},
		{"us-east-1", "rest-api", 2, false, 7.0},
		{"us-east-1", "http-api", 0, false, 18.3},
		{"us-east-1", "http-api", 2, false, 26.4},
		{"eu-west-1", "rest-api", 2, true, 7.5},
		{"eu-west-1", "http-api", 2, true, 25.2},
		{"eu-central-1", "rest-api", 2, true, 7.5},
		{"eu-central-1", "http-api", 2, true, 24.3},
	} {
		r, err := NewReference(facts.Default(), x.region, x.against, x.addresses, x.servers)
		if err != nil {
			t.Errorf("%s, alb against %s: %v", x.region, x.against, err)
		}
		if got := math.Round(r.Requests/1e5) / 10; got != x.million {
			t.Errorf("%s, alb against %s: break-even at %g M, want %g M; %s", x.region, x.against, got, x.million, r.Arithmetic)
		}
	}
}

func TestArithmeticNamesBothPrices(t *testing.T) {
	r, err := NewReference(facts.Default(), "us-east-1", "http-api", 2, false)
	if err != nil {
		t.Fatal(err)
	}
	want := "alb costs $23.73 a month and $0.1 per million, http-api $0.00 and $1 per million"
	if want = strings.TrimSuffix(want, " per million") + ": (23.73 − 0.00) / (1 − 0.1) = 26.4 M"; r.Arithmetic != want {
		t.Errorf("got  %s\nwant %s", r.Arithmetic, want)
	}
	if _, err := NewReference(facts.Default(), "ap-south-2", "http-api", 2, false); err == nil {
		t.Error("a Region without prices has a break-even")
	}
}

func TestDemandScalesWithItsRequests(t *testing.T) {
	d := PlainDemand(1000, 1)
	twice := d.WithRequests(2 * d.Load.Requests)
	for _, x := range []struct {
		what       string
		once, then float64
	}{
		{"requests", d.Load.Requests, twice.Load.Requests},
		{"bytes out", d.Load.BytesOut, twice.Load.BytesOut},
		{"connections", d.Load.Connections, twice.Load.Connections},
		{"calls", d.Load.Operations[0].Calls, twice.Load.Operations[0].Calls},
	} {
		if !near(x.then, 2*x.once, 1e-12) || x.once == 0 {
			t.Errorf("%s: %g becomes %g", x.what, x.once, x.then)
		}
	}
	if d.Load.Operations[0].Calls == twice.Load.Operations[0].Calls {
		t.Error("the demand scaled is the demand given")
	}
	var none Demand
	none.Design = &design.Design{}
	if got := none.WithRequests(5).Load.Requests; got != 0 {
		t.Errorf("a load of nothing scales to %g", got)
	}
}
