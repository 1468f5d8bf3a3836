package price

// Express workflows are metered per started 100 ms and 64 MB: the Step Functions
// pricing page.
var stepFunctions = Service{
	Name:  "step-functions",
	About: "State transitions of standard workflows, or requests and duration times memory of express ones.",
	Inputs: []Input{
		{Name: "type", Words: []string{"standard", "express"}},
		{Name: "transitions", Unit: "transitions", About: "standard: retries and the start included"},
		{Name: "requests", Unit: "executions", About: "express"},
		{Name: "duration-ms", Unit: "ms", Max: 300_000, About: "express: of an execution, metered per 100 ms"},
		{Name: "memory-mb", Unit: "MB", Default: 64, About: "express: of an execution, metered per 64 MB"},
	},
	meter: func(u usage, b *bill) {
		if u.w("type") == "standard" {
			b.perRequest("transitions", u.n("transitions"))
			return
		}
		seconds := chunks(u.n("duration-ms"), 100) / 10
		gb := chunks(u.n("memory-mb"), 64) * 64 / 1024
		b.perRequest("express-requests", u.n("requests"))
		b.perRequest("express-duration", u.n("requests")*seconds*gb)
	},
}
