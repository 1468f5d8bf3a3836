package price

var ec2 = Service{
	Name:  "ec2",
	About: "On-demand Linux instances by the hour; their volumes are priced by ebs.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		{Name: "instances", Unit: "instances", Required: true},
		{
			Name: "type", AnyWord: true, About: "any type that the price book knows",
			Words: []string{"t4g.small", "t4g.medium", "m7g.large", "c7g.large"},
		},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "of each instance"},
		publicIPv4s,
	},
	meter: func(u usage, b *bill) {
		b.fixed(u.w("type")+"-hours", u.n("instances")*u.n("hours"))
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*u.n("hours"))
	},
}
