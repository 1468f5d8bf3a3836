package catalogue

// Sources of what is known about access patterns. Dates are when the page was read.
const (
	cachingStrategies = "Caching strategies, Amazon ElastiCache user guide, read 2026-10"
	fifoOrder         = "High throughput for FIFO queues, Amazon SQS developer guide, read 2026-11-28"
	gatewayEndpoints  = "Gateway endpoints for Amazon DynamoDB, AWS PrivateLink guide, read 2026-11-28"
	ownContract       = "lambdas/rpc of this repository, read 2026-11-28"
)

var accessPattern = TradeOff{
	ID:       "access-pattern",
	Question: "What is the store asked for most: a mix, reads, or writes?",
	Options:  []Option{evenMix, readHeavy, writeHeavy},
}

var evenMix = Option{
	ID:       "balanced",
	Baseline: true,
	Sentence: "Take balanced while the store carries both without help; take read-heavy where few items are read over and over, and answers may be half a minute old; take write-heavy where commands come in bursts, and their senders can wait for the outcome.",
}

var readHeavy = Option{
	ID:       "read-heavy",
	Sentence: "Take read-heavy where few items are read over and over: a cache in front of the store and the edge answer most reads, at most half a minute old; take balanced until then, for a cache costs by the hour, wants a network, and is one more thing to fail.",
	Lacks: map[string]Lack{
		"strong-reads": {Reason: "an answer from a cache is as old as its time to live lets it be", Source: cachingStrategies},
	},
	Requires: []Requirement{
		{
			TradeOff: "consistency", OneOf: []string{"eventual", "global-eventual"},
			Reason: "an answer from a cache is as old as its time to live lets it be, however strongly the store is read on a miss", Source: cachingStrategies,
		},
		{
			TradeOff: "availability", OneOf: []string{"multi-az", "single-az", "active-passive"},
			Reason: "the service stands in private subnets beside its cache, whose endpoint for DynamoDB leads to its own Region, and commands would have to be written in the other", Source: gatewayEndpoints,
		},
	},
}

// writeHeavy puts commands on a queue. Forget Me is not among them: whoever asks to
// be forgotten is told when it is done.
var writeHeavy = Option{
	ID:       "write-heavy",
	Sentence: "Take write-heavy where commands come in bursts, or many at once for one aggregate: each is accepted at once and applied in order, those that wait for one aggregate as one write, a burst waits instead of failing, and whoever sent it asks for the outcome; take balanced where a client must have its answer with the call and see its own write at once.",
	Lacks: map[string]Lack{
		"strong-reads": {
			Reason: "a command is answered before it is applied, so that a query after the answer may not show it", Source: fifoOrder,
			Instead: "let clients ask for a command's outcome before they query",
		},
	},
	Requires: []Requirement{
		{
			TradeOff: "rpc", OneOf: []string{"json"},
			Reason: "a procedure of the gRPC contract answers with the command's outcome, and nothing has become of it yet", Source: ownContract,
		},
		{
			TradeOff: "availability", OneOf: []string{"multi-az", "single-az"},
			Reason: "a queue keeps the order of an aggregate's commands in its own Region, and commands of one aggregate would wait in two", Source: fifoOrder,
		},
	},
}
