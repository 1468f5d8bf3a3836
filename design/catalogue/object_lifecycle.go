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
		{
			ID:       "tiers",
			Sentence: "Take tiers for objects of more than 128 KB that nobody reads after a known age and that are kept for months after it; take intelligent tiering where the age is not known, since each read from a tier is paid for.",
		},
		{
			ID:       "intelligent",
			Sentence: "Take intelligent tiering for large objects whose readers come back at times nobody foresees; take tiers where the age is known, or the standard class where the fee for watching each object is more than it saves.",
		},
	},
}
