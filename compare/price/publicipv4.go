package price

var publicIPv4 = Service{
	Name:  "public-ipv4",
	About: "Public IPv4 addresses by the hour, in use or idle.",
	Inputs: []Input{
		{Name: "addresses", Unit: "addresses", Required: true},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth},
	},
	meter: func(u usage, b *bill) { b.fixed("public-ipv4-hours", u.n("addresses")*u.n("hours")) },
}
