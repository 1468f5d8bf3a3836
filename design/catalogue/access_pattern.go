package catalogue

// Sources of what is known about access patterns. Dates are when the page was read.
const cachingStrategies = "Caching strategies, Amazon ElastiCache user guide, read 2026-10"

var accessPattern = TradeOff{
	ID:       "access-pattern",
	Question: "What is the store asked for most: a mix, reads, or writes?",
	Options:  []Option{evenMix, readHeavy},
}

var evenMix = Option{
	ID:       "balanced",
	Baseline: true,
	Sentence: "Take balanced while the store carries both without help; take read-heavy where few items are read over and over, and answers may be half a minute old.",
}

var readHeavy = Option{
	ID:       "read-heavy",
	Sentence: "Take read-heavy where few items are read over and over: a cache in front of the store and the edge answer most reads, at most half a minute old; take balanced until then, for a cache costs by the hour, wants a network, and is one more thing to fail.",
	Lacks: map[string]Lack{
		"strong-reads": {Reason: "an answer from a cache is as old as its time to live lets it be", Source: cachingStrategies},
	},
	Requires: []Requirement{{
		TradeOff: "consistency", OneOf: []string{"eventual"},
		Reason: "an answer from a cache is as old as its time to live lets it be, however strongly the store is read on a miss", Source: cachingStrategies,
	}},
}
