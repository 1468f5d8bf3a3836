package price

// What one load balancer capacity unit (LCU) carries is from the Elastic Load
// Balancing pricing page. Bytes to functions and to other targets are one
// dimension, so their shares add up.
var alb = Service{
	Name:  "alb",
	About: "Hours, and LCU-hours: the largest of new connections, active connections, bytes and rule evaluations.",
	Also:  []string{"public-ipv4"},
	Inputs: []Input{
		loadBalancerHours,
		{Name: "new-connections-per-second", Unit: "connections/s", About: "25 an LCU"},
		{Name: "active-connections-per-minute", Unit: "connections", About: "3,000 an LCU"},
		{Name: "gb-per-hour", Unit: "GB/h", About: "to and from instances, containers and IP addresses: 1 GB an LCU"},
		{Name: "lambda-gb-per-hour", Unit: "GB/h", About: "to and from functions: 0.4 GB an LCU"},
		{Name: "rule-evaluations-per-second", Unit: "evaluations/s", About: "requests/s times the rules beyond the first 10: 1,000 an LCU"},
		publicIPv4s,
		{Name: "trust-stores", Unit: "trust stores", About: "for client certificates"},
	},
	meter: func(u usage, b *bill) {
		hours := u.n("hours")
		lcu := max(
			u.n("new-connections-per-second")/25,
			u.n("active-connections-per-minute")/3000,
			u.n("gb-per-hour")+u.n("lambda-gb-per-hour")/0.4,
			u.n("rule-evaluations-per-second")/1000,
		)
		b.fixed("load-balancer-hours", hours)
		b.perRequest("lcu-hours", lcu*hours)
		b.fixedIfAny("public-ipv4-hours", u.n("public-ipv4")*hours)
		b.fixedIfAny("trust-store-hours", u.n("trust-stores")*HoursPerMonth)
	},
}

// loadBalancerHours are taken as they are given; AWS charges a started hour as a
// whole one.
var loadBalancerHours = Input{
	Name: "hours", Unit: "hours", Default: HoursPerMonth, About: "AWS charges a started hour as a whole one",
}

// publicIPv4s are charged by the hour, in use or idle, whatever they belong to.
var publicIPv4s = Input{Name: "public-ipv4", Unit: "addresses"}
