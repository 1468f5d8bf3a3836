package price

var xRay = Service{
	Name:  "x-ray",
	About: "Traces recorded, and traces retrieved or scanned.",
	Inputs: []Input{
		{Name: "traces", Unit: "traces", Required: true, About: "after sampling"},
		{Name: "reads", Unit: "traces"},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("traces-recorded", u.n("traces"))
		b.perRequestIfAny("traces-read", u.n("reads"))
	},
}
