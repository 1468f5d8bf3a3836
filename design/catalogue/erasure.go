package catalogue

var erasure = TradeOff{
	ID:       "erasure",
	Question: "How is a person forgotten: by deleting rows, or by destroying the key that makes them readable?",
	Options: []Option{
		{
			ID:       "delete",
			Baseline: true,
			Sentence: "Take deletion where streams, archives and backups may keep what they hold until it expires; take crypto-shredding where they must forget too.",
		},
	},
}
