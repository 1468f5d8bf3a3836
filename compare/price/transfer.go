package price

var transfer = Service{
	Name:  "transfer",
	About: "Data out to the internet, between Availability Zones (charged on both sides) and to another Region.",
	Inputs: []Input{
		{Name: "out-gb", Unit: "GB", About: "to the internet"},
		{Name: "inter-az-gb", Unit: "GB", About: "from one Availability Zone to another; each side is charged"},
		{Name: "inter-region-gb", Unit: "GB"},
		{
			Name: "to", AnyWord: true, About: "the other Region; typical is the price of most pairs",
			Words: []string{"typical", "us-east-1", "us-east-2", "eu-west-1", "eu-central-1"},
		},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("internet-out-gb", u.n("out-gb"))
		b.perRequestIfAny("inter-az-gb", 2*u.n("inter-az-gb"))
		dimension := "inter-region-gb"
		if to := u.w("to"); to != "typical" {
			dimension += "-to-" + to
		}
		b.perRequestIfAny(dimension, u.n("inter-region-gb"))
	},
}
