package catalogue

var cachePlacement = TradeOff{
	ID:       "cache-placement",
	Question: "Who decides which cache node holds a key: the service, consistent hashing in the client, or a plain remainder?",
	Ground:   Blueprint{"access-pattern": "read-heavy"},
	Options: []Option{
		{
			ID:       "managed",
			Baseline: true,
			Sentence: "Take the managed cache, which places keys itself and grows without a thought; take placement by the client for Memcached nodes of your own at a lower price for steady load.",
		},
	},
}
