package price

var secrets = Service{
	Name:  "secrets",
	About: "Secrets Manager: secrets by the month, and requests.",
	Inputs: []Input{
		{Name: "secrets", Unit: "secrets", Required: true, About: "a replica counts as one; part of a month as its share"},
		{Name: "requests", Unit: "requests"},
	},
	meter: func(u usage, b *bill) {
		b.fixed("secrets", u.n("secrets"))
		b.perRequest("requests", u.n("requests"))
	},
}
