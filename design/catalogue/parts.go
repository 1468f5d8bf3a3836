package catalogue

import "slices"

// Part is one of the stacks that an option owns. Most options own one, Main.
type Part string

// Parts, in the order in which they are deployed: each may need the ones before it.
const (
	// Edge is in us-east-1, where CloudFront looks for its web ACL and certificate.
	Edge Part = "edge"
	// Keys holds the primary key of a multi-Region key, in the system's Region.
	Keys Part = "keys"
	// SecondaryKeys holds the keys of the second Region, which a copy of the data
	// asks for before the second Region's stack can exist.
	SecondaryKeys Part = "secondary-keys"
	// Main is the system in its own Region.
	Main Part = ""
	// Secondary is the same system in the second Region.
	Secondary Part = "secondary"
)

var parts = []Part{Edge, Keys, SecondaryKeys, Main, Secondary}

// EdgeRegion is where CloudFront looks for web ACLs and certificates.
const EdgeRegion = "us-east-1"

// Parts returns the parts of the blueprint's stack, in the order of deployment.
func (b Blueprint) Parts() []Part {
	wanted := []Part{Main}
	for _, t := range TradeOffs {
		if o, ok := t.Option(b[t.ID]); ok {
			wanted = append(wanted, o.Parts...)
		}
	}
	if b.Has(Choice{"encryption", "aws-owned"}) { // keys that are AWS's are in every Region
		wanted = slices.DeleteFunc(wanted, func(p Part) bool { return p == SecondaryKeys })
	}
	return slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return !slices.Contains(wanted, p) })
}

// Name returns the name of a part of the stack: "Perimeter-Waf-Edge".
func (p Part) Name(stack string) string {
	if p == Main {
		return stack
	}
	return stack + "-" + pascal(string(p))
}

// Spread says in how many Regions beside the system's own an option keeps data.
// The zero value is none.
type Spread struct {
	// Others is the number of other Regions.
	Others int
	// Witness says that the last of them keeps a copy that nobody reads.
	Witness bool
	// Among are the only Regions it can be had in; empty for all.
	Among []string
	// Reason says why there are so many; Source is where that is written, and when
	// it was read.
	Reason, Source string
}

// Spread returns the widest spread among the blueprint's options and the choice
// that asks for it.
func (b Blueprint) Spread() (Spread, Choice) {
	var widest Spread
	var by Choice
	for _, t := range TradeOffs {
		if o, ok := t.Option(b[t.ID]); ok && o.Spread.Others > widest.Others {
			widest, by = o.Spread, Choice{t.ID, o.ID}
		}
	}
	return widest, by
}

// List names a list of the design that an option goes by, and why it cannot do
// without.
type List struct {
	// List is Addresses, AddressesV4 or Countries; empty for none.
	List string
	// Reason is a sentence; Source is where that is written, and when it was read.
	Reason, Source string
}

// Lists of the design that options go by.
const (
	Addresses   = "perimeter.addresses"
	AddressesV4 = "perimeter.addresses of IPv4"
	Countries   = "perimeter.countries"
)
