package catalogue

var delivery = TradeOff{
	ID:       "delivery",
	Question: "How do files reach browsers: through a distribution, or straight from S3 by presigned URLs?",
	Options: []Option{
		{
			ID:       "cloudfront",
			Baseline: true,
			Sentence: "Take the distribution for what many people load again and again; take presigned URLs for files that few may see, each for a short time.",
		},
	},
}
