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
		{
			ID:       "fargate",
			Sentence: "Take Fargate where the load never falls to nothing, where no call may wait for a cold start, or where clients need gRPC or stickiness; take Lambda where it comes and goes, and EC2 where processors are many and somebody cares for the operating system.",
		},
		{
			ID:       "ec2",
			Sentence: "Take EC2 for the lowest price of a steady processor hour and for instance types that Fargate lacks; take Fargate where nobody should patch and replace instances.",
		},
	},
}
