package price

var dax = Service{
	Name:  "dax",
	About: "Nodes of a DynamoDB Accelerator cluster by the hour.",
	Inputs: []Input{
		{Name: "nodes", Unit: "nodes", Required: true},
		{Name: "type", AnyWord: true, Words: []string{"dax.t3.small", "dax.t3.medium", "dax.r5.large"}},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "of each node"},
	},
	meter: func(u usage, b *bill) { b.fixed(u.w("type")+"-hours", u.n("nodes")*u.n("hours")) },
}
