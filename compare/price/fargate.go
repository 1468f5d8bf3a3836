package price

var fargate = Service{
	Name:  "fargate",
	About: "The vCPU, memory and disk of tasks by the hour, Linux.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		{Name: "tasks", Unit: "tasks", Required: true},
		{Name: "vcpu", Unit: "vCPU", Required: true, Max: 16, About: "of each task"},
		{Name: "memory-gb", Unit: "GB", Required: true, Max: 120, About: "of each task"},
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "of each task; AWS charges at least a minute of each"},
		architecture,
		{Name: "ephemeral-gb", Unit: "GB", Default: 20, Max: 200, About: "of each task; 20 GB are included"},
		publicIPv4s,
	},
	meter: func(u usage, b *bill) {
		hours := u.n("tasks") * u.n("hours")
		b.fixed("vcpu-hours-"+u.w("arch"), hours*u.n("vcpu"))
		b.fixed("memory-gb-hours-"+u.w("arch"), hours*u.n("memory-gb"))
		b.fixedIfAny("ephemeral-gb-hours", hours*(u.n("ephemeral-gb")-20))
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*u.n("hours"))
	},
}
