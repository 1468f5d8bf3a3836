package catalogue

var release = TradeOff{
	ID:       "release",
	Question: "How does a new version reach users: at once, or a part of them first?",
	Options: []Option{
		{
			ID:       "all-at-once",
			Baseline: true,
			Sentence: "Take all at once where a bad version is found before it is released or is quickly rolled back; take another option where a part of the users must try it first.",
		},
	},
}
