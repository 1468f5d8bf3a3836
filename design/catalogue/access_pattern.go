package catalogue

var accessPattern = TradeOff{
	ID:       "access-pattern",
	Question: "What is the store asked for most: a mix, reads, or writes?",
	Options: []Option{
		{
			ID:       "balanced",
			Baseline: true,
			Sentence: "Take balanced while the store carries both without help; take read-heavy where few items are read over and over, and write-heavy where bursts of writes come that nobody waits for.",
		},
	},
}
