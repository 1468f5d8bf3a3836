package catalogue

var compute = TradeOff{
	ID:       "compute",
	Question: "What runs the use cases: Lambda functions, containers on Fargate, or instances on EC2?",
	Options: []Option{
		{
			ID:       "lambda",
			Baseline: true,
			Sentence: "Take Lambda for load that comes and goes, since nothing is paid between calls; take Fargate or EC2 where the load is high and steady, or where calls are longer than Lambda's 15 minutes.",
		},
	},
}
