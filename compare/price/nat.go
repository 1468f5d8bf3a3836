package price

var nat = Service{
	Name:  "nat",
	About: "NAT gateways by the hour and what they carry either way; traffic out is priced by transfer.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		{Name: "gateways", Unit: "gateways", Default: 1},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "of each gateway; AWS charges a started hour as a whole one"},
		{Name: "gb", Unit: "GB", About: "processed"},
		publicIPv4s,
	},
	meter: func(u usage, b *bill) {
		b.fixed("gateway-hours", u.n("gateways")*u.n("hours"))
		b.perRequest("processed-gb", u.n("gb"))
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*u.n("hours"))
	},
}
