package catalogue

var encryption = TradeOff{
	ID:       "encryption",
	Question: "Whose keys encrypt data at rest, and how many?",
	Options: []Option{
		{
			ID:       "key-per-class",
			Baseline: true,
			Sentence: "Take a key for each class of data, so that access, audit and destruction can be told apart; take one key where its monthly price counts for more than that.",
		},
	},
}
