package catalogue

// Sources of what is known about failover. Dates are when the page was read.
const (
	healthCheckers   = "How Route 53 determines whether a health check is healthy, Amazon Route 53 developer guide, read 2026-11-28"
	regionalDoors    = "Custom domain names for HTTP APIs in API Gateway, Amazon API Gateway developer guide, read 2026-11-28"
	cognitoEndpoints = "Access Amazon Cognito using an interface endpoint (AWS PrivateLink), Amazon Cognito developer guide, read 2026-11-28"
)

var availability = TradeOff{
	ID:       "availability",
	Question: "How much may fail at once: one Availability Zone, or a whole Region?",
	Options: []Option{
		{
			ID:       "multi-az",
			Baseline: true,
			Sentence: "Take several Availability Zones of one Region, which its services do by themselves; take two Regions only where the loss of one must not stop the service.",
		},
		{
			ID:       "single-az",
			Sentence: "Take one Availability Zone for systems that may be down as long as it is, such as for tests, at half the endpoints' hours; take several wherever the service level is worth more than that: no agreement of AWS covers tasks in one zone.",
			Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
			Requires: []Requirement{{
				TradeOff: "compute", OneOf: []string{"fargate", "ec2"},
				Reason: "Lambda runs functions in several Availability Zones and lets nobody choose",
				Source: "Resilience in AWS Lambda, AWS Lambda developer guide, read 2026-11-28",
			}},
		},
		{
			ID:       "active-passive",
			Sentence: "Take a second Region that waits where the service must go on within minutes of the loss of the first, losing its last second of writes; take active-active where half of the clients are nearer to the second one anyway.",
			Ground:   Blueprint{"consistency": "global-eventual"},
			Parts:    []Part{Secondary},
			Requires: twoRegions,
		},
		{
			ID:       "active-active",
			Sentence: "Take two Regions that both answer where readers are near each, and reads must go on at once when one is lost; take active-passive where writes must go on too, for here the home Region's copy takes every write.",
			Ground:   Blueprint{"consistency": "global-eventual"},
			Parts:    []Part{Secondary},
			Requires: twoRegions,
		},
	},
}

// twoRegions are what a system in two Regions cannot do without.
var twoRegions = []Requirement{
	{TradeOff: "consistency", OneOf: []string{"global-eventual"}, Reason: "the second Region serves what was written in the first, so the data must be in both, and hands on its own events only, which the items of global-eventual tell apart by their Region", Source: globalTables},
	{TradeOff: "front-door", OneOf: []string{"http-api"}, Reason: "one name leads to both Regions, and of the doors here only the HTTP API is given that name in each", Source: regionalDoors},
	{TradeOff: "compute", OneOf: []string{"lambda"}, Reason: "the second Region takes the tokens of the first one's user pool, and servers without a way to the internet cannot fetch its keys from another Region", Source: cognitoEndpoints},
	{TradeOff: "erasure", OneOf: []string{"delete"}, Reason: "a person's key is in one Region; encryption: multi-region copies it, but who came to both Regions at once would be given a key in each, and the one that loses is never destroyed", Source: globalTables},
	{TradeOff: "perimeter", OneOf: []string{"open"}, Reason: "Route 53's health checkers ask from all over the world, which the perimeter would keep out", Source: healthCheckers},
}
