package catalogue

var bus = TradeOff{
	ID:       "bus",
	Question: "Does one bus carry the events of every subdomain, or does each subdomain own one?",
	Options: []Option{
		{
			ID:       "single",
			Baseline: true,
			Sentence: "Take one bus while one team owns the events; take a bus for each subdomain where teams own keys, permissions and archives of their own.",
		},
		{
			ID:       "per-subdomain",
			Sentence: "Take a bus for each subdomain where teams own keys, permissions, quotas and archives of their own; take one bus where nobody needs that, since an event that goes on to another bus is paid for again and arrives later.",
		},
	},
}
