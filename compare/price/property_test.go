package price_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fulcrum/compare/facts"
	"fulcrum/compare/price"
)

// usages draws inputs of a service that Compute accepts.
func usages(t *rapid.T, s price.Service) price.Inputs {
	in := price.Inputs{}
	for _, i := range s.Inputs {
		if !i.Required && rapid.Bool().Draw(t, i.Name+" left out") {
			continue
		}
		if len(i.Words) > 0 {
			in[i.Name] = price.Value{Word: rapid.SampledFrom(i.Words).Draw(t, i.Name)}
			continue
		}
		in[i.Name] = price.Value{Number: rapid.Float64Range(i.Min, ceiling(i)).Draw(t, i.Name)}
	}
	return in
}

func ceiling(i price.Input) float64 {
	if i.Max == 0 {
		return 1e12
	}
	return i.Max
}

// total prices inputs, or reports that they are not for sale: a class, mode or
// type without a price.
func total(t *rapid.T, service string, in price.Inputs) (price.Bill, bool) {
	bill, err := price.Compute(facts.Default(), "us-east-1", service, in, price.Options{})
	var missing facts.MissingPrice
	if errors.As(err, &missing) || err != nil && strings.Contains(err.Error(), "need mode=") ||
		err != nil && strings.Contains(err.Error(), "with mode=provisioned") {
		return bill, false
	}
	if err != nil {
		t.Fatalf("%s %v: %v", service, in, err)
	}
	return bill, true
}

// More of anything never costs less.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(price.Services).Draw(t, "service")
		in := usages(t, s)
		less, ok := total(t, s.Name, in)
		if !ok {
			return
		}
		i := rapid.SampledFrom(s.Inputs).Draw(t, "input")
		v, given := in[i.Name]
		if len(i.Words) > 0 || !given {
			return
		}
		in[i.Name] = price.Value{Number: rapid.Float64Range(v.Number, ceiling(i)).Draw(t, "more")}
		more, ok := total(t, s.Name, in)
		if !ok {
			return // from none to some of what has no price
		}
		if more.TotalUSD < less.TotalUSD*(1-1e-12) {
			t.Fatalf("%s: %s %v → %v costs %v → %v", s.Name, i.Name, v.Number, in[i.Name].Number, less.TotalUSD, more.TotalUSD)
		}
	})
}

// A line is quantity times price, the total their sum, nothing is negative, and
// the fixed part is part of the total.
func TestBillAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(price.Services).Draw(t, "service")
		bill, ok := total(t, s.Name, usages(t, s))
		if !ok {
			return
		}
		sum := new(big.Rat)
		for _, l := range bill.Lines {
			if l.Quantity < 0 || l.USDPerUnit < 0 || l.USD != l.Quantity*l.USDPerUnit {
				t.Fatalf("%+v", l)
			}
			if l.Source == "" || l.AsOf == "" || l.Unit == "" || l.Confidence == "" {
				t.Fatalf("not traceable: %+v", l)
			}
			sum.Add(sum, new(big.Rat).Mul(rat(l.Quantity), rat(l.USDPerUnit)))
		}
		exact, _ := sum.Float64()
		if math.Abs(bill.TotalUSD-exact) > 1e-13*exact+math.SmallestNonzeroFloat64*10 {
			t.Fatalf("total %v, exactly %v", bill.TotalUSD, exact)
		}
		if fixed := bill.FixedUSD(); fixed > bill.TotalUSD*(1+1e-12) {
			t.Fatalf("fixed %v of %v", fixed, bill.TotalUSD)
		}
	})
}

func rat(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }

// decimal reads a price as people write it, not as float64 rounds it.
func decimal(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// The figures agree with exact arithmetic on the decimal prices.
func TestExact(t *testing.T) {
	product := func(factors ...string) *big.Rat {
		p := big.NewRat(1, 1)
		for _, f := range factors {
			p.Mul(p, decimal(f))
		}
		return p
	}
	sum := func(terms ...*big.Rat) *big.Rat {
		s := new(big.Rat)
		for _, x := range terms {
			s.Add(s, x)
		}
		return s
	}
	for _, x := range []struct {
		in   string
		want *big.Rat
	}{
		{"rest-api requests=123456789012", sum(product("333e6", "3.5e-6"), product("667e6", "3.19e-6"),
			product("19e9", "2.71e-6"), product("103456789012", "1.72e-6"))},
		{"http-api requests=987654321 request-kb=513", sum(product("3e8", "1.11e-6"), product("1675308642", "1e-6"))},
		{"alb hours=731.5 lambda-gb-per-hour=0.37 public-ipv4=3", sum(product("731.5", "0.0252"),
			product("731.5", "0.37", "2.5", "0.008"), product("731.5", "3", "0.005"))},
		{"lambda requests=1e-3 duration-ms=0.7 memory-mb=1769", sum(product("1e-3", "2e-7"),
			product("1e-3", "0.0007", "1.7275390625", "0.0000133334"))},
		{"lambda requests=1e17 duration-ms=900000 memory-mb=10240 arch=x86", sum(product("1e17", "2e-7"),
			product("6e9", "0.0000166667"), product("9e9", "0.000015"),
			new(big.Rat).Mul(sum(product("9e20"), product("-15e9")), decimal("0.0000133334")))},
		{"dynamodb reads=7e9 writes=3e9 item-kb=4.1 storage-gb=0.3", sum(product("7e9", "1.415e-7"),
			product("15e9", "7.05e-7"), product("0.3", "0.283"))},
	} {
		got := compute(t, "eu-west-1", x.in, "", false).TotalUSD
		want, _ := x.want.Float64()
		if math.Abs(got-want) > 1e-12*want {
			t.Errorf("%s: %.17g, exactly %.17g", x.in, got, want)
		}
	}
}

// A search for break-even computes thousands of bills.
func BenchmarkCompute(b *testing.B) {
	in := price.Inputs{"lambda-gb-per-hour": {Number: 3}, "public-ipv4": {Number: 2}}
	for b.Loop() {
		if _, err := price.Compute(facts.Default(), "eu-west-1", "alb", in, price.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Linear services: the parts cost what the whole does.
func TestAdditive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SampledFrom([]struct{ service, input string }{
			{"kms", "requests"}, {"waf", "requests"}, {"eventbridge", "events"}, {"pipes", "requests"},
			{"secrets", "requests"}, {"logs", "ingest-gb"}, {"nat", "gb"}, {"fargate", "tasks"}, {"x-ray", "traces"},
		}).Draw(t, "service")
		base := price.Inputs{}
		s, _ := price.Find(x.service)
		for _, i := range s.Inputs {
			if i.Required {
				base[i.Name] = price.Value{Number: max(1, i.Min)}
			}
		}
		cost := func(n float64) float64 {
			base[x.input] = price.Value{Number: n}
			bill, _ := total(t, x.service, base)
			return bill.TotalUSD
		}
		a := rapid.Float64Range(0, 1e12).Draw(t, "a")
		b := rapid.Float64Range(0, 1e12).Draw(t, "b")
		if got, want := cost(a)+cost(b), cost(a+b)+cost(0); math.Abs(got-want) > 1e-9*want {
			t.Fatalf("%s: %v and %v cost %v apart, %v together", x.service, a, b, got, want)
		}
	})
}

// The cost has no step at a tier's end, whatever the tiers: checked for every
// price of the book with more than one.
func TestTiersAreContinuous(t *testing.T) {
	for _, p := range facts.Default().Prices() {
		cost := func(q float64) float64 {
			bill, err := price.Compute(facts.Default(), "us-east-1", "pipes",
				price.Inputs{"requests": {Number: q}}, price.Options{Set: map[string][]facts.Tier{"requests": p.Tiers}})
			if err != nil {
				t.Fatal(err)
			}
			return bill.TotalUSD
		}
		for i, tier := range p.Tiers[:len(p.Tiers)-1] {
			below, at, above := cost(tier.UpTo-1), cost(tier.UpTo), cost(tier.UpTo+1)
			next := p.Tiers[i+1].USD
			if math.Abs(at-below-tier.USD) > 1e-9*at || math.Abs(above-at-next) > 1e-9*at {
				t.Errorf("%s at %v: %v %v %v", p.ID(), tier.UpTo, below, at, above)
			}
		}
	}
}

func TestBillRoundTripsAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(price.Services).Draw(t, "service")
		bill, ok := total(t, s.Name, usages(t, s))
		if !ok {
			return
		}
		text, err := json.Marshal(bill)
		if err != nil {
			t.Fatal(err)
		}
		var back price.Bill
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		for i := range bill.Lines {
			bill.Lines[i].Fixed = false // not part of the JSON
		}
		if back.TotalUSD != bill.TotalUSD || !slices.Equal(back.Lines, bill.Lines) {
			t.Fatalf("%s\n%+v\n%+v", text, bill, back)
		}
	})
}

// The command line that explain prints computes the same bill.
func TestCommandComputesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(price.Services).Draw(t, "service")
		in := usages(t, s)
		bill, ok := total(t, s.Name, in)
		if !ok {
			return
		}
		words := strings.Fields(price.Command("us-east-1", s.Name, in))
		again, err := price.Parse(words[2], words[3:len(words)-2])
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := total(t, s.Name, again); b.TotalUSD != bill.TotalUSD {
			t.Fatalf("%v: %v, want %v", words, b.TotalUSD, bill.TotalUSD)
		}
	})
}

// Every line a service can have is for sale in the three Regions, but for these.
func TestEveryDimensionHasAPrice(t *testing.T) {
	known := []string{
		"s3 one-zone-ia-puts", "s3 one-zone-ia-gets", "s3 one-zone-ia-retrieved-gb",
		"s3 glacier-flexible-puts", "s3 glacier-flexible-gets", "s3 glacier-flexible-transitions", "s3 glacier-flexible-retrieved-gb",
		"s3 deep-archive-puts", "s3 deep-archive-gets", "s3 deep-archive-transitions", "s3 deep-archive-retrieved-gb",
		"ebs gp3-iops", "ebs gp3-mbps", "logs infrequent-access-stored-gb",
	}
	missing := map[string]bool{}
	for _, region := range []string{"us-east-1", "eu-west-1", "eu-central-1"} {
		for _, s := range price.Services {
			for _, in := range everything(s) {
				_, err := price.Compute(facts.Default(), region, s.Name, in, price.Options{})
				for _, m := range missingPrices(err) {
					if region == "us-east-1" || !slices.Contains(known, m) {
						t.Errorf("%s %v in %s: %v", s.Name, in, region, err)
					}
					missing[m] = true
				}
			}
		}
	}
	for _, k := range known {
		if !missing[k] {
			t.Errorf("%s has a price everywhere: take it off the list", k)
		}
	}
}

// everything uses all that a service has, once for each word it takes.
func everything(s price.Service) []price.Inputs {
	all := []price.Inputs{{}}
	for _, i := range s.Inputs {
		var grown []price.Inputs
		for _, in := range all {
			if len(i.Words) == 0 {
				in[i.Name] = price.Value{Number: min(1e6, ceiling(i))}
				if i.Name == "rcu" || i.Name == "wcu" {
					delete(in, i.Name)
				}
				grown = append(grown, in)
				continue
			}
			for _, w := range i.Words {
				if i.Name == "to" && w != "typical" {
					continue // pairs of Regions are priced one by one
				}
				more := price.Inputs{}
				for k, v := range in {
					more[k] = v
				}
				more[i.Name] = price.Value{Word: w}
				grown = append(grown, more)
			}
		}
		all = grown
	}
	return all
}

func missingPrices(err error) []string {
	var names []string
	var m facts.MissingPrice
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			if errors.As(e, &m) {
				names = append(names, m.Service+" "+m.Dimension)
			}
		}
	}
	return names
}
