package compare

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// TestOptionsOnGroundsOfTheirOwnAreComparedWithThoseGrounds wants an option that stands
// on another front door to cost what it adds there, and to be out where the design
// takes a front door that it cannot work with.
func TestOptionsOnGroundsOfTheirOwnAreComparedWithThoseGrounds(t *testing.T) {
	before := catalogue.TradeOffs
	t.Cleanup(func() { catalogue.TradeOffs = before })
	catalogue.TradeOffs = []catalogue.TradeOff{
		{ID: "front-door", Options: []catalogue.Option{{ID: "http-api", Baseline: true}, {ID: "alb"}}},
		{ID: "release", Options: []catalogue.Option{
			{ID: "all-at-once", Baseline: true},
			{ID: "alias"},
			{ID: "weighted", Ground: catalogue.Blueprint{"front-door": "alb"}, Requires: []catalogue.Requirement{{
				TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "only a load balancer has weights", Source: "a page, read 2026-04",
			}}},
		}},
	}
	const (
		key      = `"Key%d":{"Type":"AWS::KMS::Key","Properties":{}}`
		balancer = `"Door":{"Type":"AWS::ElasticLoadBalancingV2::LoadBalancer","Properties":{"Type":"application","Subnets":["a","b"]}}`
	)
	a := &assembly.Assembly{}
	add := func(name, varies, door, release string, resources ...string) {
		s, err := assembly.Parse(fmt.Appendf(nil, `{"Metadata":{"fulcrum":{"varies":%q,"region":"eu-west-1","blueprint":{"front-door":%q,"release":%q}}},"Resources":{%s}}`,
			varies, door, release, strings.Join(resources, ",")))
		if err != nil {
			t.Fatal(err)
		}
		s.Name = name
		a.Stacks = append(a.Stacks, s)
	}
	one, two, three := fmt.Sprintf(key, 1), fmt.Sprintf(key, 2), fmt.Sprintf(key, 3)
	add("Baseline", "", "http-api", "all-at-once", one)
	add("FrontDoor-Alb", "Baseline", "alb", "all-at-once", one, balancer)
	add("Release-Alias", "Baseline", "http-api", "alias", one, two, three)
	add("Release-Weighted", "FrontDoor-Alb", "alb", "weighted", one, balancer, two)

	d, err := design.Read("testdata/design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d.ServiceLevels.Availability = 0 // these doors promise nothing
	c := Of(a, d, facts.Default(), Options{TradeOff: "release"})
	if len(c.TradeOffs) != 1 || !c.TradeOffs[0].Adds {
		t.Fatalf("%d trade-offs: %+v", len(c.TradeOffs), c.TradeOffs)
	}
	release := c.TradeOffs[0]
	for i, want := range []struct {
		id, varies string
		usd        float64
	}{{"all-at-once", "", 0}, {"alias", "Baseline", 2}, {"weighted", "FrontDoor-Alb", 1}} {
		o := release.Options[i]
		if o.ID != want.id || o.Varies != want.varies || math.Abs(o.DiffersUSD[design.Base]-want.usd) > 1e-9 {
			t.Errorf("%s varies %q and adds %v, want %+v", o.ID, o.Varies, o.DiffersUSD, want)
		}
	}
	out := release.Verdict.Eliminated
	if len(out) != 1 || out[0].Option != "weighted" || out[0].Gate != "choice" || out[0].Reason != "cannot work with the design's front-door: http-api" {
		t.Errorf("eliminated: %+v", out)
	}
	if release.Verdict.Winner != "all-at-once" {
		t.Errorf("winner %s", release.Verdict.Winner)
	}
}
