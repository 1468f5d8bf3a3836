package price

var httpAPI = Service{
	Name:  "http-api",
	About: "Requests, metered per started 512 KB.",
	Inputs: []Input{
		{Name: "requests", Unit: "requests", Required: true},
		{Name: "request-kb", Unit: "KB", Default: 1},
	},
	meter: func(u usage, b *bill) {
		b.perRequest("requests", u.n("requests")*chunks(u.n("request-kb"), 512))
	},
}
