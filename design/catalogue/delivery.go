package catalogue

const presignedURLs = "Download and upload objects with presigned URLs, Amazon S3 user guide, read 2026-10"

var delivery = TradeOff{
	ID:       "delivery",
	Question: "How do files reach browsers: through a distribution, or straight from S3 by presigned URLs?",
	Options: []Option{
		{
			ID:       "cloudfront",
			Baseline: true,
			Sentence: "Take the distribution for what many people load again and again; take presigned URLs for files that few may see, each for a short time.",
		},
		{
			ID:       "presigned-s3",
			Sentence: "Take presigned URLs for files that few may see, or that are larger than a front door takes; take the distribution for a page and all it links to, and for what is worth caching near people.",
			Lacks: map[string]Lack{
				"static-content": {
					Reason: "a presigned URL names one object and expires, so a page can neither be found at an address nor link to its own files",
					Source: presignedURLs,
				},
			},
		},
	},
}
