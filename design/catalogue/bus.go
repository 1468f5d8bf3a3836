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
	},
}
