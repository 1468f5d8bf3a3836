package catalogue

var perimeter = TradeOff{
	ID:       "perimeter",
	Question: "Who may reach the door at all: everybody, listed addresses, or listed countries?",
	Options: []Option{
		{
			ID:       "open",
			Baseline: true,
			Sentence: "Take an open door for a public service whose tokens and throttles are enough; take a sibling where addresses, countries or known attacks must be kept out.",
		},
	},
}
