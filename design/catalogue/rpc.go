package catalogue

var rpc = TradeOff{
	ID:       "rpc",
	Question: "What do clients speak to the service: JSON over HTTP, or gRPC?",
	Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
	Options: []Option{
		{
			ID:       "json",
			Baseline: true,
			Sentence: "Take JSON for browsers, for caches and for whoever has only a generic client; take gRPC between programs that share a contract and call each other often.",
		},
	},
}
