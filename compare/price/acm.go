package price

var acm = Service{
	Name:  "acm",
	About: "Certificates: free with AWS services, charged at issue and renewal when exportable.",
	Inputs: []Input{
		{Name: "certificates", Unit: "certificates", About: "public, used with AWS services"},
		{Name: "exportable-names", Unit: "domain names", About: "issued or renewed in the month"},
		{Name: "exportable-wildcards", Unit: "domain names", About: "issued or renewed in the month"},
	},
	meter: func(u usage, b *bill) {
		b.fixed("public-certificates", u.n("certificates"))
		b.fixedIfAny("exportable-names", u.n("exportable-names"))
		b.fixedIfAny("exportable-wildcards", u.n("exportable-wildcards"))
	},
}
