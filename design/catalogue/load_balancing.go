package catalogue

var loadBalancing = TradeOff{
	ID:       "load-balancing",
	Question: "How does the load balancer choose a server: in turn, by requests under way, or at random?",
	Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
	Options: []Option{
		{
			ID:       "round-robin",
			Baseline: true,
			Sentence: "Take round robin where calls cost about the same and servers are alike, and for slow start; take least outstanding requests where they are not.",
		},
	},
}
