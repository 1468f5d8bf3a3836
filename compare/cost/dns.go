package cost

import (
	"fulcrum/compare/assembly"
	"fulcrum/compare/price"
)

// healthCheck prices a check of an AWS endpoint and each of its options that costs
// extra: HTTPS, a faster interval, a string to look for, measured latency.
// https://aws.amazon.com/route53/pricing/
func healthCheck(_ *context, r *assembly.Resource, _ Demand) []Usage {
	options := 0.0
	for _, has := range []bool{
		len(r.Text("HealthCheckConfig", "Type")) >= 5 && r.Text("HealthCheckConfig", "Type")[:5] == "HTTPS",
		r.Text("HealthCheckConfig", "RequestInterval") == "10",
		r.Text("HealthCheckConfig", "SearchString") != "",
		r.Flag("HealthCheckConfig", "MeasureLatency"),
	} {
		if has {
			options++
		}
	}
	return []Usage{{Part: Network, Service: "route53", Fixed: true, Formula: "a check of an AWS endpoint, over HTTPS",
		Inputs: price.Inputs{"health-checks": n(1), "health-check-options": n(options)}}}
}

// record prices the queries for a name: one for each session, for resolvers keep the
// answer. Queries for an alias of an AWS resource are free unless it is chosen by
// latency.
func record(_ *context, r *assembly.Resource, d Demand) []Usage {
	queries := "queries"
	switch {
	case r.Get("Region") != nil:
		queries = "latency-queries"
	case r.Get("AliasTarget") != nil:
		queries = "alias-queries"
	}
	return []Usage{{Part: Network, Service: "route53", Formula: "a query for each session", Inputs: price.Inputs{queries: n(d.Load.Connections)}}}
}
