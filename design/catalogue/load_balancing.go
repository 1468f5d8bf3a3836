package catalogue

// targetAttributes is where Elastic Load Balancing says what goes with which algorithm.
const targetAttributes = "Edit target group attributes for your Application Load Balancer, Elastic Load Balancing guide, read 2026-10"

// balanced is what an algorithm needs: servers to choose from.
var balanced = Requirement{
	TradeOff: "compute", OneOf: []string{"fargate", "ec2"},
	Reason: "a target group holds one Lambda function, so that there is nothing to choose from",
	Source: albLambda,
}

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
		{
			ID:       "least-outstanding",
			Sentence: "Take least outstanding requests where some calls cost much more than others or servers differ, at the price of slow start; take round robin where a new server must be spared at first.",
			Requires: []Requirement{balanced},
		},
		{
			ID:       "weighted-random",
			Sentence: "Take weighted random for its anomaly mitigation, which sends less to a server that answers with errors; take least outstanding requests where servers fail by being slow, and either sibling where clients must stay with a server.",
			Requires: []Requirement{balanced},
		},
	},
}
