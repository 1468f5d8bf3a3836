package catalogue

var realtime = TradeOff{
	ID:       "realtime",
	Question: "How do clients learn what happened: do they ask, or does the system push over a WebSocket?",
	Options: []Option{
		{
			ID:       "none",
			Baseline: true,
			Sentence: "Take none, where clients ask again, if news may be as old as their last call; take a WebSocket option where people wait for what others do.",
		},
	},
}
