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
		{
			ID:       "one-key",
			Sentence: "Take one key of your own where all data is of one owner and one sensitivity, so that one switch and one audit trail are enough; take a key for each class where who reads events must not read bookings.",
		},
		{
			ID:       "aws-owned",
			Sentence: "Take the services' own keys, free of price, policy and quota, where nobody asks you to disable, audit or destroy a key; take keys of your own where somebody does, or where other accounts share the data.",
		},
	},
}
