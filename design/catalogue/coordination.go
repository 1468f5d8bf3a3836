package catalogue

var coordination = TradeOff{
	ID:       "coordination",
	Question: "Who sees a process of several steps through: the events themselves, or an orchestrator?",
	Options: []Option{
		{
			ID:       "choreography",
			Baseline: true,
			Sentence: "Take choreography where each service can react by itself and no one needs to see the whole; take orchestration where steps must be compensated and somebody asks how far a reservation has come.",
		},
	},
}
