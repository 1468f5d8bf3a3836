package catalogue

// Sources of what is known about consistency. Dates are when the page was read.
const (
	readConsistency = "DynamoDB read consistency, Amazon DynamoDB developer guide, read 2026-04-13"
	globalTables    = "How DynamoDB global tables work, Amazon DynamoDB developer guide, read 2026-11-28"
)

var consistency = TradeOff{
	ID:       "consistency",
	Question: "How fresh must a read be, and in how many Regions?",
	Options:  []Option{eventual, strong, globalEventual, globalStrong},
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

// strongRegions are the Regions in which there are tables of strong consistency in
// several Regions, in any combination of three, says the page of 2026-10. Until then
// the three had to be of one continent.
var strongRegions = []string{
	"us-east-1", "us-east-2", "us-west-2", "ca-central-1",
	"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "eu-south-2",
	"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
}

// globalStrong keeps the aggregates in a table whose writes are in two Regions before
// they are answered; a third one, a witness, keeps what decides between the two. Such a
// table has no transactions and no time to live, so that the program writes one item at
// a time, the events with the aggregate: see package dynamo of the functions. The read
// models' table keeps both, and is copied within a second or so as under
// global-eventual: it can be built again from the events.
var globalStrong = Option{
	ID:       "global-strong",
	Sentence: "Take strong consistency in several Regions where no answered write may be lost with a Region, and none be missing from a read in another; take a copy that follows within a second otherwise: here each write and each strong read waits for another Region, nothing is written together but what fits one item, and nothing expires by itself.",
	Parts:    []Part{SecondaryKeys},
	Requires: []Requirement{{
		TradeOff: "access-pattern", OneOf: []string{"balanced", "read-heavy"}, // the latter refuses it for reasons of its own
		Reason: "what became of a command that waited in a queue is kept for some hours, and such a table has no time to live to end them", Source: globalTables,
	}},
	Spread: Spread{
		Others: 2, Witness: true, Among: strongRegions,
		Reason: "a table that is strongly consistent in several Regions is in exactly three, one of which may be a witness", Source: globalTables,
	},
}
