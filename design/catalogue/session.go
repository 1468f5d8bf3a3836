package catalogue

var session = TradeOff{
	ID:       "session",
	Question: "Where is what the service remembers of a client between two calls: in the token, in one server, or in a shared store?",
	Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
	Options: []Option{
		{
			ID:       "stateless",
			Baseline: true,
			Sentence: "Take stateless, where every call carries what is needed, wherever a token can hold it; take a shared store for more than fits a token, and stickiness only where a server keeps what cannot be moved.",
		},
		{
			ID:       "sticky",
			Sentence: "Take stickiness where losing what was remembered with a server costs a client little, since it costs nothing else; take a shared store where it must outlive a deployment, or where load must be spread evenly.",
			Needs:    []string{"sticky-sessions"},
			Requires: []Requirement{{
				TradeOff: "load-balancing", OneOf: []string{"round-robin", "least-outstanding"},
				Reason: "weighted random cannot be used with sticky sessions", Source: targetAttributes,
			}},
		},
		{
			ID:       "shared-store",
			Sentence: "Take the shared store where what is remembered must be the same at every server and outlive any of them; take stateless where the client can carry it, and save the cache's price and its call.",
			Requires: []Requirement{{
				TradeOff: "compute", OneOf: []string{"fargate", "ec2"},
				Reason: "a cache is reached from within a VPC, and the functions of this workload stand outside",
				Source: "Understanding ElastiCache and Amazon VPCs, Amazon ElastiCache user guide, read 2026-11-28",
			}},
		},
	},
}
