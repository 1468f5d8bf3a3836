package catalogue

// Sources of what is known about erasure. Dates are when the page was read.
const dataProtection = "General Data Protection Regulation, articles 12(3) and 17, read 2026-11-28"

var erasure = TradeOff{
	ID:       "erasure",
	Question: "How is a person forgotten: by deleting rows, or by destroying the key that makes them readable?",
	Options:  []Option{deleteRows, cryptoShred},
}

var deleteRows = Option{
	ID:       "delete",
	Baseline: true,
	Sentence: "Take deletion where streams, archives and backups may keep what they hold until it expires; take crypto-shredding where they must forget too.",
	Lacks: map[string]Lack{
		"erasure-everywhere": {Reason: "deletion reaches the tables; what the archive of events and the backups hold stays until it expires, after the month that the law gives", Source: dataProtection},
	},
}

// cryptoShred seals under a key for each person what is told about them, and calls
// them by an alias that only the keys' table connects with their token.
var cryptoShred = Option{
	ID:       "crypto-shred",
	Sentence: "Take crypto-shredding where a person must be forgotten in archives, queues, logs and backups too: their key is destroyed, and no backup brings it back after a week; take deletion where copies that expire will do, since it asks nothing of KMS and no lost key loses data.",
	Requires: []Requirement{
		{
			TradeOff: "integration", OneOf: []string{"proxy"},
			Reason: "what an API hands to another service without code is stored as the client sent it, under no person's key", Source: restOrHTTP,
		},
	},
}
