package catalogue

var realtime = TradeOff{
	ID:       "realtime",
	Question: "How do clients learn what happened: do they ask, or does the system push over a WebSocket?",
	Options: []Option{
		{
			ID:       "none",
			Baseline: true,
			Sentence: "Take none, where clients ask again, if news may be as old as their last call; take a WebSocket option where people wait for what others do.",
			Lacks:    map[string]Lack{"websocket": {Reason: "nothing is pushed: clients ask", Source: socketQuotas}},
		},
		{
			ID:       "websocket-api",
			Sentence: "Take the WebSocket API where people wait for what others do and connections come and go, since nothing is paid between messages but their minutes; take none where asking again will do.",
			Requires: []Requirement{{
				TradeOff: "erasure", OneOf: []string{"delete"},
				Reason: "connections are kept under the subject of the token that opened them, and with erasure: crypto-shred events name people by aliases",
				Source: "docs/erasure.md of this repository, read 2026-11-28",
			}},
		},
	},
}
