package catalogue

var availability = TradeOff{
	ID:       "availability",
	Question: "How much may fail at once: one Availability Zone, or a whole Region?",
	Options: []Option{
		{
			ID:       "multi-az",
			Baseline: true,
			Sentence: "Take several Availability Zones of one Region, which its services do by themselves; take two Regions only where the loss of one must not stop the service.",
		},
	},
}
