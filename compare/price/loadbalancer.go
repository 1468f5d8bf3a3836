package price

// LCU dimensions: what one load balancer capacity unit carries, from the Elastic
// Load Balancing pricing page.
var alb = Service{
	Name:  "alb",
	About: "Hours, and LCU-hours: the largest of new connections, active connections, bytes and rule evaluations.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		{Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "AWS charges a started hour as a whole one"},
		{Name: "new-connections-per-second", Unit: "connections/s"},
		{Name: "active-connections-per-minute", Unit: "connections"},
		{Name: "gb-per-hour", Unit: "GB/h", About: "to and from instances, containers and IP addresses: 1 GB an LCU"},
		{Name: "lambda-gb-per-hour", Unit: "GB/h", About: "to and from functions: 0.4 GB an LCU"},
		{Name: "rule-evaluations-per-second", Unit: "evaluations/s", About: "requests/s times the rules beyond the first 10"},
		{Name: "public-ipv4", Unit: "addresses"},
	},
	meter: func(u usage, b *bill) {
		hours := u.n("hours")
		lcu := max(
			u.n("new-connections-per-second")/25,
			u.n("active-connections-per-minute")/3000,
			u.n("gb-per-hour")/1+u.n("lambda-gb-per-hour")/0.4,
			u.n("rule-evaluations-per-second")/1000,
		)
		b.fixed("load-balancer-hours", hours)
		b.perRequest("lcu-hours", lcu*hours)
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*hours)
	},
}
