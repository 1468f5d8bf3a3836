package cost

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

// sample returns the sample design's base demand and a model of a sample stack.
func sample(t testing.TB, stack string) (*Model, Demand) {
	t.Helper()
	d, err := design.Read("../testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := assembly.Read("../testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	s, ok := a.Stack(stack)
	if !ok {
		t.Fatalf("no stack %s", stack)
	}
	demand := At(d, design.Base)
	return NewModel(s, "", facts.Default(), price.Options{}, demand), demand
}

// TestLinesByHand checks one line of each service against an amount worked out by
// hand from the sample design (12,000,400 calls, 200,000 users, 233,200 events) and
// the list prices of eu-west-1.
func TestLinesByHand(t *testing.T) {
	const calls, events = 12_000_400, 233_200
	for _, x := range []struct {
		stack, id, service, dimension string
		quantity, usd                 float64
	}{
		{"Baseline", "FrontDoor", "http-api", "requests", calls, calls * 1.11e-6},
		{"Baseline", "Users", "cognito", "essentials-mau", 200_000, 3000},
		{"Baseline", "Api", "lambda", "requests", calls, calls * 0.20e-6},
		// 40 ms at half a GB.
		{"Baseline", "Api", "lambda", "duration-arm64", calls * 0.040 * 0.5, calls * 0.020 * 0.0000133334},
		{"Baseline", "Bus", "eventbridge", "events", events, events * 1e-6},
		{"Baseline", "Outbox", "pipes", "requests", events, events * 0.4e-6},
		{"Baseline", "KeyEvents", "kms", "keys", 1, 1},
		{"Baseline", "SloDashboard", "alarms", "dashboards", 1, 3},
		{"Baseline", "ApiLog", "logs", "standard-ingest-gb", calls * 600 / 1.073741824e9, calls * 600 / 1.073741824e9 * 0.57},
		// Ten routes, five metrics each.
		{"Baseline", "FrontDoorStage", "alarms", "metrics", 50, 15},
		{"FrontDoor-RestApi", "FrontDoor", "rest-api", "requests", calls, calls * 3.5e-6},
		{"FrontDoor-RestApi", "WebAcl", "waf", "requests", calls, calls * 0.6e-6},
		{"FrontDoor-RestApi", "WebAcl", "waf", "acls", 1, 5},
		{"FrontDoor-RestApi", "WebAcl", "waf", "managed-rule-groups", 2, 2},
		{"FrontDoor-Alb", "FrontDoor", "alb", "load-balancer-hours", 730, 730 * 0.0252},
		{"FrontDoor-Alb", "FrontDoor", "alb", "public-ipv4-hours", 1460, 1460 * 0.005},
	} {
		m, d := sample(t, x.stack)
		b := m.Bill(d)
		quantity, usd := 0.0, 0.0
		for _, i := range b.Items {
			for _, l := range i.Lines {
				if i.ID == x.id && l.Service == x.service && l.Dimension == x.dimension {
					quantity, usd = quantity+l.Quantity, usd+l.USD
				}
			}
		}
		if x.dimension != "standard-ingest-gb" && !near(quantity, x.quantity, 1e-9) || !near(quantity, x.quantity, 0.03) {
			t.Errorf("%s %s %s %s: %g, want %g", x.stack, x.id, x.service, x.dimension, quantity, x.quantity)
		}
		if !near(usd, x.usd, 0.03) {
			t.Errorf("%s %s %s %s: $%g, want $%g", x.stack, x.id, x.service, x.dimension, usd, x.usd)
		}
	}
}

func TestBillAddsUp(t *testing.T) {
	for _, stack := range []string{"Baseline", "FrontDoor-RestApi", "FrontDoor-Alb"} {
		m, d := sample(t, stack)
		b := m.Bill(d)
		parts, lines := 0.0, 0.0
		for _, p := range Parts {
			parts += b.PartUSD(p)
		}
		for _, i := range b.Items {
			lines += i.USD
			if len(i.Commands) != len(i.Usages) {
				t.Errorf("%s: %d commands for %d usages", i.ID, len(i.Commands), len(i.Usages))
			}
		}
		for what, usd := range map[string]float64{
			"parts": parts, "lines": lines, "fixed and per request": b.FixedUSD + b.PerRequestUSD, "USD": m.USD(d),
		} {
			if !near(usd, b.USD, 1e-9) {
				t.Errorf("%s: %s make $%g, the bill $%g", stack, what, usd, b.USD)
			}
		}
		if door := m.USD(d, Door); !near(door, b.DoorUSD, 1e-9) {
			t.Errorf("%s: the door costs $%g and $%g", stack, door, b.DoorUSD)
		}
	}
}

func TestEverythingBillableIsPriced(t *testing.T) {
	for _, stack := range []string{"Baseline", "FrontDoor-RestApi", "FrontDoor-Alb"} {
		m, _ := sample(t, stack)
		if c := m.Coverage; c.Priced != c.Billable || len(c.NotPriced) > 0 || c.Billable < 40 {
			t.Errorf("%s: %s", stack, c)
		}
	}
}

// TestSynthesizedStacksArePricedWhole holds the types of the golden templates: each
// is priced, or known to cost nothing.
func TestSynthesizedStacksArePricedWhole(t *testing.T) {
	const golden = "../../infra/app/testdata"
	entries, err := os.ReadDir(golden)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(golden, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Resources map[string]struct{ Type string }
			Added     []struct{ Type string }
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		types := map[string]bool{}
		for _, r := range file.Resources {
			types[r.Type] = true
		}
		for _, r := range file.Added {
			types[r.Type] = true
		}
		for kind := range types {
			seen++
			if _, known := typeOf(kind); !known {
				t.Errorf("%s: %s is neither priced nor known to be free", e.Name(), kind)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d types seen in %s", seen, golden)
	}
}

func TestWhatCannotBePricedIsNamed(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Db":{"Type":"AWS::RDS::DBInstance"},"Queue":{"Type":"AWS::SQS::Queue"},"Role":{"Type":"AWS::IAM::Role"},
		"Api":{"Type":"AWS::ApiGatewayV2::Api"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	m := NewModel(s, "sa-east-1", facts.Default(), price.Options{}, PlainDemand(1000, 1))
	got := m.Coverage.String()
	for _, want := range []string{"0 of 3 billable", "Db (AWS::RDS::DBInstance)", "Queue (AWS::SQS::Queue: no price for sqs", "in sa-east-1", "--prices FILE"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q misses %q", got, want)
		}
	}
	if usd := m.USD(PlainDemand(1000, 1)); usd != 0 {
		t.Errorf("what is not priced costs $%g", usd)
	}
}

func TestCommonResourcesDecideNothing(t *testing.T) {
	a, d := sample(t, "Baseline")
	b, _ := sample(t, "FrontDoor-Alb")
	more := d.WithRequests(1e6)
	common := Common([]*Model{a, b}, []Bill{a.Bill(d), a.Bill(more)}, []Bill{b.Bill(d), b.Bill(more)})
	if !common["Users"] || !common["Store"] || common["FrontDoor"] || common["WebAcl"] {
		t.Errorf("common: %v", common)
	}
	whole := b.USD(d) - a.USD(d)
	differing := b.Without(common).USD(d) - a.Without(common).USD(d)
	if !near(whole, differing, 1e-9) {
		t.Errorf("the stacks differ by $%g, what differs by $%g", whole, differing)
	}
}

func TestSampledTraces(t *testing.T) {
	const seconds = 730 * 3600
	if got := sampled(1); !near(got, 1, 1e-3) {
		t.Errorf("a single call leaves %g traces", got)
	}
	// At a thousand a second: the first of each second and 5 % of the rest.
	if got, want := sampled(1000*seconds), (1+0.05*999)*seconds; !near(got, want, 1e-9) {
		t.Errorf("%g traces, want %g", got, want)
	}
}

func BenchmarkBill(b *testing.B) {
	m, d := sample(b, "Baseline")
	for b.Loop() {
		m.Bill(d)
	}
}

// TestMissingNamesAFew: what is not priced is told by name, of many the first few.
func TestMissingNamesAFew(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a, b, c, d": {"a", "b", "c", "d"}, "a, b, c and 2 more": {"a", "b", "c", "d", "e"},
	} {
		if got := (Coverage{NotPriced: names}).Missing(); got != want {
			t.Errorf("%v: %q, want %q", names, got, want)
		}
	}
}
