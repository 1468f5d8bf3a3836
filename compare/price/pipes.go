package price

var pipes = Service{
	Name:  "pipes",
	About: "Requests that pass a pipe's filter, metered per started 64 KB.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true, About: "a batch counts as one request of its size"},
		{Name: "request-kb", Unit: "KB", Default: 1},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("requests", u.n("requests")*chunks(u.n("request-kb"), 64))
	},
}
