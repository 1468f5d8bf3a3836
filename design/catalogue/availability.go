package catalogue

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
	},
}
