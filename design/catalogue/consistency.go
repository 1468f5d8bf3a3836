package catalogue

// Sources of what is known about consistency. Dates are when the page was read.
const (
	readConsistency = "DynamoDB read consistency, Amazon DynamoDB developer guide, read 2026-04-13"
	globalTables    = "How DynamoDB global tables work, Amazon DynamoDB developer guide, read 2026-11-28"
)

var consistency = TradeOff{
	ID:       "consistency",
	Question: "How fresh must a read be, and in how many Regions?",
	Options:  []Option{eventual, strong, globalEventual},
}

var eventual = Option{
	ID:       "eventual",
	Baseline: true,
	Sentence: "Take eventual reads at half the price where a list may lag a moment behind; take strong reads where a client must see its own last write.",
	Lacks: map[string]Lack{
		"strong-reads": {Reason: "an eventually consistent read may miss a write that was answered a moment before", Source: readConsistency},
	},
}

// strong promises nothing for read models: they follow the events, so that a
// consistent read of one shows what its consumer has written, not what a command
// has. They keep being read at half the price.
var strong = Option{
	ID:       "strong",
	Sentence: "Take strong reads where a client that wrote must at once see it in the aggregate, at twice the price of those reads; take eventual reads where a moment's lag does no harm. Read models lag behind events under both.",
}

// globalEventual copies every write to a second Region within a second or so, and the
// last writer wins an item that both write. While one Region serves, that cannot
// happen; with availability active-active all commands go to the home Region's copy,
// and with active-passive it can, for as long as clients are between two Regions.
var globalEventual = Option{
	ID:       "global-eventual",
	Sentence: "Take a copy in a second Region where the data must outlive the loss of one, but for its last second; take a table in one Region where its backups are enough, at half the price of a write.",
	Parts:    []Part{SecondaryKeys},
	Spread:   Spread{Others: 1, Reason: "a copy of the data is kept in a second Region", Source: globalTables},
	Lacks: map[string]Lack{
		"strong-reads": {Reason: "an eventually consistent read may miss a write that was answered a moment before, and another Region's copy lags by a second or so", Source: globalTables},
	},
}
