package catalogue

var identity = TradeOff{
	ID:       "identity",
	Question: "Who verifies the caller before the service is reached, and by what proof?",
	Options: []Option{
		{
			ID:       "jwt",
			Baseline: true,
			Sentence: "Take the JWT verified by the door itself, without code and without a call of its own; take a sibling where callers have no token, or where permission is more than a scope.",
		},
	},
}
