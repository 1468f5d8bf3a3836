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
	},
}
