package facts_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fulcrum/compare/facts"
)

func TestParseNumber(t *testing.T) {
	for _, x := range []struct {
		text string
		want float64
		err  string
	}{
		{"0", 0, ""}, {"1500000", 1.5e6, ""}, {"1.5e6", 1.5e6, ""}, {".5", 0.5, ""}, {"5.", 5, ""}, {"2E-3", 0.002, ""},
		{"", 0, "is empty"},
		{"-1", 0, "is negative"},
		{"-0", 0, "is negative"},
		{"NaN", 0, "is not a finite number"},
		{"+Inf", 0, "is not a finite number"},
		{"-infinity", 0, "is not a finite number"},
		{"1e400", 0, "is too large"},
		{"5GB", 0, `has an unknown unit "GB"`},
		{"5 %", 0, `has an unknown unit "%"`},
		{"$5", 0, "is not a number"},
		{"1e", 0, `has an unknown unit "e"`},
		{"0x1p3", 0, "is not a number"},
		{"1 000", 0, "is not a number"},
		{"five", 0, "is not a number"},
	} {
		got, err := facts.ParseNumber(x.text)
		switch {
		case x.err == "" && (err != nil || got != x.want):
			t.Errorf("%q: %v, %v; want %v", x.text, got, err, x.want)
		case x.err != "" && (err == nil || !strings.Contains(err.Error(), x.err)):
			t.Errorf("%q: %v, %v; want an error with %q", x.text, got, err, x.err)
		}
	}
}

func tiers(t *rapid.T) []facts.Tier {
	ends := rapid.SliceOfNDistinct(rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64), 0, 6, rapid.ID).Draw(t, "ends")
	slices.Sort(ends)
	var out []facts.Tier
	for _, end := range append(ends, math.Inf(1)) {
		out = append(out, facts.Tier{UpTo: end, USD: rapid.Float64Range(0, math.MaxFloat64).Draw(t, "usd")})
	}
	return out
}

func TestTiersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tiers(t)
		text := facts.FormatTiers(want)
		if got, err := facts.ParseTiers(text); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: %v, %v", text, got, err)
		}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got []facts.Tier
		if err := json.Unmarshal(b, &got); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: %v, %v", b, got, err)
		}
	})
}

func TestSelect(t *testing.T) {
	book, err := facts.Default().With(strings.NewReader(header +
		"pipes,requests,ap-south-1,64 KB chunk,1,p,2020-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		sel                                facts.Selection
		prices, quotas, slas, featuresFrom int
	}{
		{facts.Selection{Service: "pipes"}, 4, 4, 0, 0},
		{facts.Selection{Service: "pipes", Region: "eu-west-1"}, 1, 2, 0, 0},
		{facts.Selection{Service: "pipes", Before: "2020-01-02"}, 1, 0, 0, 0},
		{facts.Selection{Service: "pipes", Before: "2020-01-01"}, 0, 0, 0, 0},
		{facts.Selection{Service: "waf", Region: "us-east-1"}, 13, 8, 1, 1},
	} {
		l, err := book.Select(x.sel)
		if err != nil || len(l.Prices) != x.prices || len(l.Quotas) != x.quotas || len(l.SLAs) != x.slas || len(l.Features) != x.featuresFrom {
			t.Errorf("%+v: %d prices, %d quotas, %d SLAs, %d features, %v", x.sel, len(l.Prices), len(l.Quotas), len(l.SLAs), len(l.Features), err)
		}
	}
	memory, err := book.Select(facts.Selection{FromMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range memory.Prices {
		if p.Confidence != facts.Memory {
			t.Errorf("%s is %s", p.ID(), p.Confidence)
		}
	}
	if _, err := book.Select(facts.Selection{Service: "pipe", Region: "eu-west-9"}); err == nil ||
		!strings.Contains(err.Error(), "did you mean pipes?") || !strings.Contains(err.Error(), "eu-west-9") {
		t.Errorf("both problems: %v", err)
	}
}

func TestListingShowsSourceAndMark(t *testing.T) {
	origin := facts.Origin{Source: "somebody's page", AsOf: "2026-01-02", Confidence: facts.Memory}
	l := facts.Listed{
		Prices:   []facts.Price{{Service: "s", Dimension: "d", Region: "r", Unit: "hour", Tiers: []facts.Tier{{UpTo: math.Inf(1), USD: 0.5}}, Free: 3, Origin: origin}},
		Quotas:   []facts.Quota{{ID: "s/q", Region: "r", Value: 7, Unit: "things", Adjustable: "no", Origin: origin}},
		SLAs:     []facts.SLA{{ID: "s", Percent: 99.95, Origin: origin}},
		Features: []facts.Feature{{Service: "s", ID: "f", Status: "limited", Detail: "somewhat", Origin: origin}},
	}
	var out strings.Builder
	if err := l.WriteText(&out, 0); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"s d", "$0.5 per hour, 3 free [1]", "7 things (adjustable: no) [1]", "99.95 % [1]", "limited: somewhat [1]",
		"2026-01-02", "memory", "[1] somebody's page\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s\nlacks %q", out.String(), want)
		}
	}
}
