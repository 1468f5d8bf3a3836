package cost

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

func onePart(t *testing.T, region string, share float64, of, table string) *assembly.Stack {
	t.Helper()
	about, err := json.Marshal(map[string]any{"fulcrum": map[string]any{"region": region, "share": strconv.FormatFloat(share, 'g', -1, 64), "of": of}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := assembly.Parse([]byte(`{"Metadata":` + string(about) + `,"Resources":{` + table + `
		"Api":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s.Name = "A"
	if of != "" {
		s.Name = "A-Secondary"
	}
	return s
}

const (
	pool   = `"Users":{"Type":"AWS::Cognito::UserPool","Properties":{}},`
	copied = `"Store":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store","data-class":"bookings"}},"Properties":{"Replicas":[{"Region":"eu-central-1"},{"Region":"eu-west-1"}]}},`
	single = `"Store":{"Type":"AWS::DynamoDB::GlobalTable","Metadata":{"fulcrum":{"role":"store","data-class":"bookings"}},"Properties":{"Replicas":[{"Region":"eu-west-1"}]}},`
)

// TestTwoRegionsShareTheRequests wants each request paid for once, each user once, and
// each write in both Regions, and nothing for its way from one to the other.
func TestTwoRegionsShareTheRequests(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base := At(d, design.Base)
	model := func(parts ...*assembly.Stack) *Model {
		a := &assembly.Assembly{Stacks: parts}
		m := NewModel(a.Whole()[0], "eu-west-1", facts.Default(), price.Options{}, base)
		if len(m.Coverage.NotPriced) > 0 {
			t.Fatal(m.Coverage)
		}
		return m
	}
	one := model(onePart(t, "eu-west-1", 1, "", pool+single))
	for _, share := range []float64{1, 0.5} {
		two := model(onePart(t, "eu-west-1", share, "", pool+copied), onePart(t, "eu-central-1", 1-share, "A", ""))
		if a, b := one.USD(base, Identity), two.USD(base, Identity); math.Abs(a-b) > 1e-9 {
			t.Errorf("share %g: users cost %g in one Region and %g in two", share, a, b)
		}
		// The prices of the two Regions' doors differ by a few per cent, and tiers by
		// less than that.
		if a, b := one.USD(base, Door), two.USD(base, Door); b < 0.9*a || b > 1.15*a {
			t.Errorf("share %g: doors cost %g in one Region and %g in two", share, a, b)
		}
		a, b := one.USD(base, Data), two.USD(base, Data)
		if b < 1.3*a || b > 2.3*a {
			t.Errorf("share %g: data costs %g in one Region and %g in two", share, a, b)
		}
		if moved, ok := two.Bill(base).Quantity("Store", "transfer", "inter-region-gb"); ok {
			t.Errorf("share %g: %g GB are paid for on their way to the other Region, which is free", share, moved)
		}
	}
}
