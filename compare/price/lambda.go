package price

// architecture chooses the processor of a function or a task.
var architecture = Input{
	Name: "arch", Words: []string{"arm64", "x86_64"},
	Alias: map[string]string{"arm": "arm64", "x86": "x86_64", "amd64": "x86_64"},
}

var lambda = Service{
	Name:  "lambda",
	About: "Invocations, and their duration times memory by architecture.",
	Inputs: []Input{
		{Name: "requests", Unit: "invocations", Required: true},
		{Name: "duration-ms", Unit: "ms", Required: true, Max: 900_000, About: "mean billed duration, initialisation included"},
		{Name: "memory-mb", Unit: "MB", Required: true, Min: 128, Max: 10_240},
		architecture,
		{Name: "ephemeral-gb", Unit: "GB", Default: 0.5, Max: 10, About: "0.5 GB is included"},
	},
	meter: func(u usage, b *bill) {
		seconds := u.n("requests") * u.n("duration-ms") / 1000
		b.perRequest("requests", u.n("requests"))
		b.perRequest("duration-"+u.w("arch"), seconds*u.n("memory-mb")/1024)
		b.perRequestIfAny("ephemeral-storage", seconds*(u.n("ephemeral-gb")-0.5))
	},
}
