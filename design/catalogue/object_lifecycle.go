package catalogue

var objectLifecycle = TradeOff{
	ID:       "object-lifecycle",
	Question: "Which storage class do objects grow old in?",
	Options: []Option{
		{
			ID:       "standard",
			Baseline: true,
			Sentence: "Take the standard class for objects that are read often, are small, or are soon replaced; take tiers when you know at what age they fall quiet.",
		},
	},
}
