package catalogue

// multiRegionKeys is where multi-Region keys are explained, and when it was read.
const multiRegionKeys = "Multi-Region keys in AWS KMS, AWS Key Management Service developer guide, read 2026-11-28"

var encryption = TradeOff{
	ID:       "encryption",
	Question: "Whose keys encrypt data at rest, and how many?",
	Options: []Option{
		{
			ID:       "key-per-class",
			Baseline: true,
			Sentence: "Take a key for each class of data, so that access, audit and destruction can be told apart; take one key where its monthly price counts for more than that.",
		},
		{
			ID:       "one-key",
			Sentence: "Take one key of your own where all data is of one owner and one sensitivity, so that one switch and one audit trail are enough; take a key for each class where who reads events must not read bookings.",
		},
		{
			ID:       "aws-owned",
			Sentence: "Take the services' own keys, free of price, policy and quota, where nobody asks you to disable, audit or destroy a key; take keys of your own where somebody does, or where other accounts share the data.",
		},
		multiRegion,
	},
}

// multiRegion keeps one key in two Regions: the one that wraps persons' keys. DynamoDB
// encrypts the copy of a table anew, under a key of the copy's Region, and S3 a copied
// object, also where both keys are one; only what programs have sealed arrives as it
// left. So the tables' keys stay each of its own Region.
var multiRegion = Option{
	ID:       "multi-region",
	Sentence: "Take a multi-Region key where programs seal what is copied to another Region, so that the copy can be opened there when this Region is lost; take a key for each class otherwise: services encrypt copies anew, under a key of the copy's own Region, and a key in two places can be misused in two.",
	Ground:   Blueprint{"consistency": "global-eventual", "erasure": "crypto-shred"},
	Parts:    []Part{Keys, SecondaryKeys},
	Requires: []Requirement{
		{
			TradeOff: "consistency", OneOf: []string{"global-eventual", "global-strong"},
			Reason: "a replica of a key opens what is copied to its Region, and nothing is", Source: multiRegionKeys,
		},
		{
			TradeOff: "erasure", OneOf: []string{"crypto-shred"},
			Reason: "services treat a multi-Region key as one of its Region and encrypt what they copy anew, so it is of use only to programs that seal, and none does", Source: multiRegionKeys,
		},
	},
}
