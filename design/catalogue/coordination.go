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
		{
			ID:       "orchestration",
			Sentence: "Take orchestration where a process has steps in several subdomains that must all happen or be undone, and each run must be seen in one log; take choreography where one transaction or one reaction does it, since every step is a call more that the client waits for.",
		},
	},
}
