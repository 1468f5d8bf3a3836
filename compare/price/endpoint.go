package price

var endpoint = Service{
	Name:  "endpoint",
	About: "VPC endpoints: an interface endpoint by the hour in each Availability Zone and by the GB; a gateway endpoint costs nothing.",
	Inputs: []Input{
		{Name: "type", Words: []string{"interface", "gateway"}},
		{Name: "endpoints", Unit: "endpoints", Default: 1},
		{Name: "azs", Unit: "Availability Zones", Default: 1},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth},
		{Name: "gb", Unit: "GB", About: "processed by interface endpoints"},
	},
	meter: func(u usage, b *bill) {
		if u.w("type") == "gateway" {
			b.fixed("gateway-hours", u.n("endpoints")*u.n("hours"))
			return
		}
		b.fixed("interface-hours", u.n("endpoints")*u.n("azs")*u.n("hours"))
		b.perRequest("interface-gb", u.n("gb"))
	},
}
