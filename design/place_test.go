package design

import (
	"strings"
	"testing"

	"fulcrum/design/catalogue"
)

// withSpread puts a table of the test's own in place of the catalogue's.
func withSpread(t *testing.T, spread catalogue.Spread) catalogue.Blueprint {
	t.Helper()
	before := catalogue.TradeOffs
	catalogue.TradeOffs = []catalogue.TradeOff{{ID: "consistency", Options: []catalogue.Option{
		{ID: "eventual", Baseline: true}, {ID: "global", Spread: spread},
	}}}
	t.Cleanup(func() { catalogue.TradeOffs = before })
	return catalogue.Blueprint{"consistency": "global"}
}

func TestPlace(t *testing.T) {
	three := catalogue.Spread{Others: 2, Witness: true, Among: []string{"eu-west-1", "eu-west-2", "eu-west-3"}, Reason: "it takes three Regions", Source: "a page, read 2026-10"}
	for _, x := range []struct {
		name               string
		spread             catalogue.Spread
		region             string
		regions, residency []string
		secondary, third   string
		problems           []string
	}{
		{"none", catalogue.Spread{}, "eu-west-1", nil, []string{"eu-west-1"}, "", "", nil},
		{"second", catalogue.Spread{Others: 1}, "eu-west-1", []string{"eu-central-1", "eu-west-3"}, []string{"eu-west-1", "eu-central-1"}, "eu-central-1", "", nil},
		{"passes over what it cannot have", three, "eu-west-1", []string{"eu-central-1", "eu-west-3", "eu-west-2"}, []string{"eu-west-1", "eu-west-2", "eu-west-3"}, "eu-west-3", "eu-west-2", nil},
		{"too few", three, "eu-west-1", []string{"eu-central-1", "eu-west-3"}, []string{"eu-west-1", "eu-west-3"}, "", "", []string{
			"consistency: global cannot work with regions: eu-central-1, eu-west-3\n   it takes three Regions (a page, read 2026-10)\n   name 2 in regions out of eu-west-1, eu-west-2, eu-west-3, or choose consistency: eventual",
		}},
		{"home elsewhere", three, "us-east-1", []string{"eu-west-1", "eu-west-3"}, []string{"us-east-1", "eu-west-1", "eu-west-3"}, "eu-west-1", "eu-west-3", []string{
			"consistency: global cannot work with region: us-east-1\n   it can be had in eu-west-1, eu-west-2, eu-west-3 only",
		}},
		{"residency", catalogue.Spread{Others: 1, Source: "a page, read 2026-10"}, "eu-west-1", []string{"eu-central-1"}, []string{"eu-west-1"}, "eu-central-1", "", []string{
			"consistency: global cannot work with residency of bookings: eu-west-1\n   bookings would rest in eu-central-1 (a page, read 2026-10)\n   add eu-central-1 to the residency of bookings, or name others in regions, or choose consistency: eventual",
		}},
		{"a witness counts", three, "eu-west-1", []string{"eu-west-2", "eu-west-3"}, []string{"eu-west-1", "eu-west-2"}, "eu-west-2", "eu-west-3", []string{"bookings would rest in eu-west-3 too: a witness contains the data"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			d := &Design{Region: x.region, Regions: x.regions, DataClasses: []DataClass{{Name: "bookings", Residency: x.residency}}}
			place, conflicts := d.Place(withSpread(t, x.spread))
			if place.Home != x.region || place.Secondary != x.secondary || place.Third != x.third {
				t.Errorf("placed in %+v, want %s and %s", place, x.secondary, x.third)
			}
			if len(conflicts) != len(x.problems) {
				t.Fatalf("%d conflicts: %v", len(conflicts), conflicts)
			}
			for i, want := range x.problems {
				if got := conflicts[i].String(); !strings.HasPrefix(got, want) && !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// TestMisfitsNameTheList wants an option that goes by a list refused without it, and
// an IPv4 network not to count lists of IPv6.
func TestMisfitsNameTheList(t *testing.T) {
	d := &Design{Region: "eu-west-1", Perimeter: Perimeter{Addresses: []string{"2001:db8::/32"}}}
	for option, want := range map[string]int{"open": 0, "resource-policy": 0, "security-group": 1, "cloudfront-geo": 1} {
		if got := d.Misfits(catalogue.Blueprint{"perimeter": option}); len(got) != want {
			t.Errorf("%s: %d misfits, want %d: %v", option, len(got), want, got)
		}
	}
}
