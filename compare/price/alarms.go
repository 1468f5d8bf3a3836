package price

var alarms = Service{
	Name:  "alarms",
	About: "CloudWatch alarms, custom metrics, dashboards, canaries and requests.",
	Inputs: []Input{
		{Name: "alarms", Unit: "alarm metrics", About: "of standard resolution; a metric math alarm counts its metrics"},
		{Name: "high-resolution", Unit: "alarm metrics"},
		{Name: "composite", Unit: "alarms"},
		{Name: "metrics", Unit: "metrics", About: "custom ones; each set of dimension values is one"},
		{Name: "dashboards", Unit: "dashboards"},
		{Name: "canary-runs", Unit: "runs"},
		{Name: "metric-reads", Unit: "metrics", About: "asked for by GetMetricData"},
		{Name: "api-requests", Unit: "requests"},
	},
	meter: func(u usage, b *bill) {
		b.fixed("standard-alarms", u.n("alarms"))
		b.fixedIfAny("high-resolution-alarms", u.n("high-resolution"))
		b.fixedIfAny("composite-alarms", u.n("composite"))
		b.fixedIfAny("metrics", u.n("metrics"))
		b.fixedIfAny("dashboards", u.n("dashboards"))
		b.fixedIfAny("canary-runs", u.n("canary-runs"))
		b.fixedIfAny("metric-reads", u.n("metric-reads"))
		b.perRequestIfAny("api-requests", u.n("api-requests"))
	},
}
