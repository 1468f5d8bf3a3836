package catalogue

var integration = TradeOff{
	ID:       "integration",
	Question: "How does the front door hand on what needs no code: through the service, or straight to S3, Kinesis, EventBridge or SQS?",
	Ground:   Blueprint{"front-door": "rest-api"},
	Options: []Option{
		{
			ID:       "proxy",
			Baseline: true,
			Sentence: "Take the proxy, which hands every request to the service, wherever a rule of the domain applies; take a direct integration where the door itself can validate and pass on the request, and no code need run or be paid for.",
		},
	},
}
