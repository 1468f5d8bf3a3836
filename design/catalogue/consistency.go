package catalogue

var consistency = TradeOff{
	ID:       "consistency",
	Question: "How fresh must a read be, and in how many Regions?",
	Options: []Option{
		{
			ID:       "eventual",
			Baseline: true,
			Sentence: "Take eventual reads at half the price where a list may lag a moment behind; take strong reads where a client must see its own last write.",
		},
	},
}
