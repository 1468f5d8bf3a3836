package design

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fulcrum/design/catalogue"
)

// Placement says in which Regions a blueprint's stack and its data are.
type Placement struct {
	// Home is the system's own Region. Secondary and Third are empty where the
	// blueprint does not ask for them.
	Home, Secondary, Third string
	// Witness says that Third keeps a copy that nobody can read.
	Witness bool
}

// Of returns the Region of a part.
func (p Placement) Of(part catalogue.Part) string {
	switch part {
	case catalogue.Edge:
		return catalogue.EdgeRegion
	case catalogue.SecondaryKeys, catalogue.Secondary:
		return p.Secondary
	}
	return p.Home
}

// Place finds the Regions for a blueprint among those of the design. It returns
// conflicts if there are too few, or if data would rest where it may not.
func (d *Design) Place(b catalogue.Blueprint) (Placement, []catalogue.Conflict) {
	spread, by := b.Spread()
	p := Placement{Home: d.Region}
	if spread.Others == 0 {
		return p, nil
	}
	var conflicts []catalogue.Conflict
	against := func(what, value, reason, source, way string) {
		c := catalogue.Conflict{By: by, With: catalogue.Choice{TradeOff: what, Option: value}, Lack: catalogue.Lack{Reason: reason, Source: source}}
		t, _ := catalogue.Find(by.TradeOff)
		c.Instead = []string{way, "choose " + catalogue.Choice{TradeOff: t.ID, Option: t.Baseline().ID}.String()}
		conflicts = append(conflicts, c)
	}
	among := func(region string) bool { return len(spread.Among) == 0 || slices.Contains(spread.Among, region) }
	if !among(d.Region) {
		against("region", d.Region, "it can be had in "+strings.Join(spread.Among, ", ")+" only", spread.Source, "take one of these for region")
	}
	usable := slices.DeleteFunc(slices.Clone(d.Regions), func(r string) bool { return r == d.Region || !among(r) })
	if len(usable) < spread.Others {
		way := fmt.Sprintf("name %d in regions", spread.Others)
		if len(spread.Among) > 0 {
			way += " out of " + strings.Join(spread.Among, ", ")
		}
		against("regions", listed(d.Regions), spread.Reason, spread.Source, way)
		return p, conflicts
	}
	p.Secondary = usable[0]
	if spread.Others > 1 {
		p.Third, p.Witness = usable[1], spread.Witness
	}
	for _, region := range usable[:spread.Others] {
		for _, c := range d.DataClasses {
			if slices.Contains(c.Residency, region) {
				continue
			}
			reason := c.Name + " would rest in " + region
			if region == p.Third && p.Witness {
				reason = c.Name + " would rest in " + region + " too: a witness contains the data written to the replicas, though nobody can read it there"
			}
			against("residency of "+c.Name, listed(c.Residency), reason, spread.Source,
				"add "+region+" to the residency of "+c.Name+", or name others in regions")
		}
	}
	return p, conflicts
}

// Misfits returns what of the design a blueprint does not fit: Regions, residency,
// lists that its options go by, and subdomains that raise events.
func (d *Design) Misfits(b catalogue.Blueprint) []catalogue.Conflict {
	_, conflicts := d.Place(b)
	lists := map[string][]string{
		catalogue.Addresses: d.Perimeter.Addresses, catalogue.AddressesV4: d.Perimeter.IPv4(), catalogue.Countries: d.Perimeter.Countries,
	}
	for _, t := range catalogue.TradeOffs {
		o, ok := t.Option(b[t.ID])
		if !ok || o.GoesBy.List == "" || len(lists[o.GoesBy.List]) > 0 {
			continue
		}
		conflicts = append(conflicts, catalogue.Conflict{
			By: catalogue.Choice{TradeOff: t.ID, Option: o.ID}, With: catalogue.Choice{TradeOff: o.GoesBy.List, Option: "none"},
			Lack:    catalogue.Lack{Reason: o.GoesBy.Reason, Source: o.GoesBy.Source},
			Instead: []string{"list some under " + o.GoesBy.List, "choose " + catalogue.Choice{TradeOff: t.ID, Option: t.Baseline().ID}.String()},
		})
	}
	return append(conflicts, d.overread(b)...)
}

// IPv4 returns the addresses that are ranges of IPv4.
func (p Perimeter) IPv4() []string {
	return slices.DeleteFunc(slices.Clone(p.Addresses), func(a string) bool { return strings.Contains(a, ":") })
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// checkPlaces holds the other Regions and the perimeter against what can be.
func (r *reader) checkPlaces(d *Design) {
	for i := range d.Regions {
		if d.Regions[i] != "" && d.Regions[i] == d.Region {
			r.problemAt(&d.Regions[i], "name other Regions, or leave it out", "%s is the system's own Region", quoted(d.Regions[i]))
		}
	}
	for i := range d.Perimeter.Addresses {
		cidr := d.Perimeter.Addresses[i]
		if cidr == "" {
			continue
		}
		switch prefix, err := netip.ParsePrefix(cidr); {
		case err != nil:
			r.problemAt(&d.Perimeter.Addresses[i], "for example 192.0.2.0/24 or 2001:db8::/32", "%s is not a range of addresses", quoted(cidr))
		case prefix.Bits() == 0:
			r.problemAt(&d.Perimeter.Addresses[i], "leave the list out to let everybody in", "%s is every address", quoted(cidr))
		case prefix.Masked() != prefix:
			r.problemAt(&d.Perimeter.Addresses[i], "for example "+prefix.Masked().String(), "%s has bits set behind its length", quoted(cidr))
		}
	}
}
