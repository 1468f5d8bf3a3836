package compare

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/compare/price"
	"fulcrum/design"
)

func sample(t *testing.T, o Options) Comparison {
	t.Helper()
	d, err := design.Read("testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := assembly.Read("testdata/cdk.out")
	if err != nil {
		t.Fatal(err)
	}
	return Of(a, d, facts.Default(), o)
}

func TestASecondComparisonIsTheSame(t *testing.T) {
	if !reflect.DeepEqual(sample(t, Options{}).TradeOffs, sample(t, Options{}).TradeOffs) {
		t.Error("two comparisons of the same differ")
	}
}

func TestFrontDoorIsComparedWhole(t *testing.T) {
	c := sample(t, Options{})
	// Identity is the other: behind each door the tokens are verified under another name.
	if len(c.TradeOffs) != 2 || len(c.Stacks) != 3 {
		t.Fatalf("%d trade-offs, %d stacks", len(c.TradeOffs), len(c.Stacks))
	}
	f := c.TradeOffs[0]
	var options []string
	for _, o := range f.Options {
		options = append(options, o.ID+"="+o.Stack)
		if (o.Difference == nil) != o.Baseline {
			t.Errorf("%s: difference %v", o.ID, o.Difference)
		}
	}
	if got := strings.Join(options, " "); got != "http-api=Baseline rest-api=FrontDoor-RestApi alb=FrontDoor-Alb" {
		t.Errorf("options %s", got)
	}
	if f.Chosen != "http-api" || f.Verdict.Winner != "http-api" || f.Verdict.Until == 0 {
		t.Errorf("chosen %s, winner %s until %g", f.Chosen, f.Verdict.Winner, f.Verdict.Until)
	}
}

// TestBreakEvenOfTheSample checks the crossings against arithmetic by hand, with
// the prices of eu-west-1 and the sample design's 6.8 KB a call: an LCU is bound by
// bytes to the function, at 0.4 GB.
func TestBreakEvenOfTheSample(t *testing.T) {
	c := sample(t, Options{})
	f := c.TradeOffs[0]
	fixed := 730 * (0.0252 + 2*0.005)
	alb, _ := c.Stack("FrontDoor-Alb")
	base := alb.Cost[design.Base]
	perRequest := (base.DoorUSD - fixed) / base.Requests
	for against, price := range map[string]float64{"rest-api": 3.5e-6, "http-api": 1.11e-6} {
		want := fixed / (price - perRequest)
		crossings := f.Door.Of(against, "alb")
		if len(crossings) != 1 || math.Abs(crossings[0].Requests-want) > 1e-3*want || crossings[0].Below != against {
			t.Errorf("alb and %s cross at %+v, want %g", against, crossings, want)
		}
	}
	for i, o := range f.Options {
		for k, n := range f.Differs.Requests {
			if n != c.Columns[design.Base].Requests {
				continue
			}
			if got := f.Differs.USD[i][k]; math.Abs(got-o.DiffersUSD[design.Base]) > 1e-9 {
				t.Errorf("%s: curve %g, column %g", o.ID, got, o.DiffersUSD[design.Base])
			}
		}
	}
	if len(f.Door.Arithmetic) != len(f.Door.Crossings) || len(f.References) != 12 {
		t.Errorf("%d explanations of %d crossings, %d references", len(f.Door.Arithmetic), len(f.Door.Crossings), len(f.References))
	}
}

func TestCostGrowsWithTheLoad(t *testing.T) {
	for _, s := range sample(t, Options{}).Stacks {
		low, base, peak := s.Cost[design.Low].USD, s.Cost[design.Base].USD, s.Cost[design.Peak].USD
		if !(0 < s.IdleUSD && s.IdleUSD < low && low < base && base < peak) {
			t.Errorf("%s: idle %g, low %g, base %g, peak %g", s.Name, s.IdleUSD, low, base, peak)
		}
	}
}

func TestStacksByNameAnswerOneQuestion(t *testing.T) {
	c := sample(t, Options{Stacks: []string{"FrontDoor-Alb", "Baseline"}})
	if len(c.TradeOffs) != 1 || c.TradeOffs[0].ID != "stacks" || len(c.TradeOffs[0].Options) != 2 || c.TradeOffs[0].Chosen != "" {
		t.Errorf("%+v", c.TradeOffs)
	}
	if c = sample(t, Options{TradeOff: "no-such"}); len(c.TradeOffs) != 0 {
		t.Errorf("%d answers to no question", len(c.TradeOffs))
	}
}

func TestAssemblyOfAnotherAppIsComparedToo(t *testing.T) {
	d, err := design.Read("testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parse := func(name, text string) *assembly.Stack {
		s, err := assembly.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s.Name = name
		return s
	}
	a := &assembly.Assembly{Stacks: []*assembly.Stack{
		parse("Web", `{"Resources":{"Api":{"Type":"AWS::ApiGatewayV2::Api"},"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"ApiId":{"Ref":"Api"},"IntegrationUri":{"Fn::GetAtt":["F","Arn"]}}},"F":{"Type":"AWS::Lambda::Function","Properties":{"MemorySize":256}},"T":{"Type":"AWS::DynamoDB::Table"}}}`),
		parse("Old", `{"Resources":{"Db":{"Type":"AWS::RDS::DBInstance"},"Lb":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer"}}}`),
	}}
	c := Of(a, d, facts.Default(), Options{})
	if len(c.TradeOffs) != 1 || c.TradeOffs[0].ID != "stacks" {
		t.Fatalf("%+v", c.TradeOffs)
	}
	web, old := c.Stacks[0], c.Stacks[1]
	if web.Coverage.Priced != 3 || web.Cost[design.Base].DoorUSD == 0 || web.Region != "eu-west-1" {
		t.Errorf("Web: %s, door $%g in %s", web.Coverage, web.Cost[design.Base].DoorUSD, web.Region)
	}
	if len(old.Coverage.NotPriced) != 1 || len(c.TradeOffs[0].Verdict.Warnings) == 0 {
		t.Errorf("Old: %s; warnings %v", old.Coverage, c.TradeOffs[0].Verdict.Warnings)
	}
}

// TestFreeAllowancesAreTakenOffOnce holds the free million of requests of Lambda to one
// for all functions of a stack.
func TestFreeAllowancesAreTakenOffOnce(t *testing.T) {
	whole, free := sample(t, Options{}), sample(t, Options{Prices: price.Options{FreeTier: true}})
	for i, s := range free.Stacks {
		for column, bill := range s.Cost {
			if listed := whole.Stacks[i].Cost[column]; !(bill.USD < listed.USD) {
				t.Errorf("%s: $%g with free allowances, $%g without", s.Name, bill.USD, listed.USD)
			}
		}
		given := 0.0
		for _, item := range s.Cost[design.Base].Items {
			for _, l := range item.Lines {
				if l.Service == "lambda" && l.Dimension == "requests" && l.USDPerUnit == 0 {
					given += l.Quantity
				}
			}
		}
		if given != 1e6 {
			t.Errorf("%s: %g requests of functions are free, want a million", s.Name, given)
		}
		for k, o := range free.TradeOffs[0].Options {
			if o.Stack == s.Name && math.Abs(free.TradeOffs[0].Options[k].DiffersUSD[design.Base]-s.Cost[design.Base].USD) > 1e-9 {
				t.Errorf("%s is compared by $%g and costs $%g", o.ID, o.DiffersUSD[design.Base], s.Cost[design.Base].USD)
			}
		}
	}
}

func TestNothingToCompare(t *testing.T) {
	c := Of(&assembly.Assembly{}, &design.Design{}, facts.Default(), Options{})
	if len(c.TradeOffs)+len(c.Stacks) != 0 {
		t.Errorf("%+v", c)
	}
}
