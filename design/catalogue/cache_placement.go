package catalogue

// Sources of what is known about the placement of keys. Dates are when it was read.
const consistentHashing = "Karger et al., Consistent Hashing and Random Trees, STOC 1997, read 2026-11-23; lambdas/ring measures both here"

var cachePlacement = TradeOff{
	ID:       "cache-placement",
	Question: "Who decides which cache node holds a key: the service, consistent hashing in the client, or a plain remainder?",
	Ground:   Blueprint{"access-pattern": "read-heavy"},
	Options:  []Option{managedPlacement, consistentHash, modulo},
}

var managedPlacement = Option{
	ID:       "managed",
	Baseline: true,
	Sentence: "Take the managed cache, which places keys itself, encrypts what it holds under your key and grows without a thought; take placement by the client for Memcached nodes of your own at a fixed price for steady load.",
}

// needsCache is what placement by the client has nothing to place without.
var needsCache = Requirement{
	TradeOff: "access-pattern", OneOf: []string{"read-heavy"},
	Reason: "without a cache there are no keys to place", Source: consistentHashing,
}

var consistentHash = Option{
	ID:       "consistent-hash",
	Sentence: "Take consistent hashing for nodes whose number changes: a node that comes or goes moves its own keys and no others; take modulo only where it never does, and the managed cache where nobody should look after nodes. Memcached encrypts nothing at rest: the client does.",
	Requires: []Requirement{needsCache},
}

var modulo = Option{
	ID:       "modulo",
	Sentence: "Take modulo where the number of nodes never changes, for the evenest spread at no cost; take consistent-hash where it may, since with the remainder nearly every key moves with every change, and the store meets all their misses at once.",
	Requires: []Requirement{needsCache},
}
