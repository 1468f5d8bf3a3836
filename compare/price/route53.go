package price

var route53 = Service{
	Name:  "route53",
	About: "Hosted zones, queries by routing policy, and health checks.",
	Inputs: []Input{
		{Name: "zones", Unit: "hosted zones"},
		{Name: "queries", Unit: "queries", About: "simple, weighted, failover and multivalue"},
		{Name: "latency-queries", Unit: "queries"},
		{Name: "geo-queries", Unit: "queries", About: "geolocation and geoproximity"},
		{Name: "ip-queries", Unit: "queries"},
		{Name: "alias-queries", Unit: "queries", About: "to AWS resources"},
		{Name: "health-checks", Unit: "checks", About: "of AWS endpoints"},
		{Name: "health-check-options", Unit: "options", About: "HTTPS, string match, fast interval, latency: of all checks of AWS endpoints"},
		{Name: "health-checks-elsewhere", Unit: "checks"},
		{Name: "health-check-options-elsewhere", Unit: "options"},
	},
	meter: func(u usage, b *bill) {
		b.fixed("hosted-zones", u.n("zones"))
		b.perRequest("queries", u.n("queries"))
		for _, queries := range []string{"latency-queries", "geo-queries", "ip-queries", "alias-queries"} {
			b.perRequestIfAny(queries, u.n(queries))
		}
		for _, checks := range []string{
			"health-checks", "health-check-options", "health-checks-elsewhere", "health-check-options-elsewhere",
		} {
			b.fixedIfAny(checks, u.n(checks))
		}
	},
}
