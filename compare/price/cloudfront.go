package price

import "strings"

var cloudFront = Service{
	Name:  "cloudfront",
	About: "Data out to viewers and requests, by where the viewers are; or a flat-rate plan.",
	Inputs: []Input{
		{Name: "plan", Words: []string{"pay-as-you-go", "free", "pro", "business", "premium"}, About: "a flat-rate plan includes requests and data"},
		{Name: "distributions", Unit: "distributions", Default: 1, About: "under a flat-rate plan"},
		{Name: "gb", Unit: "GB", About: "to viewers"},
		{Name: "requests", Unit: "requests", About: "HTTPS"},
		{Name: "http-requests", Unit: "requests", About: "without TLS"},
		{
			Name: "region", Words: []string{"near", "eu", "na"}, About: "where the viewers are; near is the Region's own continent",
			Alias: map[string]string{
				"europe": "eu", "edge-eu": "eu", "eu-west-1": "eu", "eu-central-1": "eu",
				"north-america": "na", "us": "na", "edge-na": "na", "us-east-1": "na",
			},
		},
		{Name: "origin-gb", Unit: "GB", About: "from viewers to the origin"},
		{Name: "functions", Unit: "invocations", About: "of CloudFront Functions"},
		{Name: "invalidation-paths", Unit: "paths"},
	},
	meter: func(u usage, b *bill) {
		if plan := u.w("plan"); plan != "pay-as-you-go" {
			b.fixed("plan-"+plan, u.n("distributions"))
			return
		}
		switch where := u.w("region"); {
		case where != "near":
			b.region = "edge-" + where
		case strings.HasPrefix(b.region, "eu-"):
			b.region = "edge-eu"
		case strings.HasPrefix(b.region, "us-"), strings.HasPrefix(b.region, "ca-"):
			b.region = "edge-na"
		}
		b.perRequest("internet-out-gb", u.n("gb"))
		b.perRequest("https-requests", u.n("requests"))
		b.perRequestIfAny("http-requests", u.n("http-requests"))
		b.perRequestIfAny("origin-out-gb", u.n("origin-gb"))
		b.perRequestIfAny("function-invocations", u.n("functions"))
		b.perRequestIfAny("invalidation-paths", u.n("invalidation-paths"))
	},
}
