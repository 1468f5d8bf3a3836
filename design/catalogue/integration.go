package catalogue

var integration = TradeOff{
	ID:       "integration",
	Question: "How does the front door hand on what needs no code: through the service, or straight to S3, Kinesis, EventBridge or SQS?",
	Ground:   Blueprint{"front-door": "rest-api"},
	Options: []Option{
		{
			ID:       "proxy",
			Baseline: true,
			Sentence: "Take the proxy, which hands every request to the service, wherever a rule of the domain applies; take a direct integration where the door itself can validate and pass on the request, and no code need run or be paid for.",
		},
		{
			ID:       "s3",
			Sentence: "Take S3 behind the door for files of up to 10 MB that belong to their caller; take presigned URLs for larger ones, and the proxy where somebody else may see them.",
			Requires: append(onlyRestAPI("an HTTP API has no integration with S3", httpIntegrations), byName),
		},
		{
			ID:       "kinesis",
			Sentence: "Take Kinesis for many small records a second whose order matters and that more than one reader may want; take the queue where each is work for one, since shards are paid for by the hour.",
			Requires: append(onlyRestAPI(mapped, restOrHTTP), byName),
		},
		{
			ID:       "events",
			Sentence: "Take EventBridge where the request is an event as it stands, and rules decide who hears of it; take the queue where one consumer does all, at a fraction of the price of an event.",
			Requires: append(onlyRestAPI(mapped, restOrHTTP), byName),
		},
		{
			ID:       "queue",
			Sentence: "Take SQS to answer at once and do the work later, at the pace of one consumer; take Kinesis where order matters, and EventBridge where several must hear of it.",
			Requires: append(onlyRestAPI(mapped, restOrHTTP), byName),
		},
	},
}

// mapped is why direct integrations stand behind a REST API: what goes in is
// checked against a schema and mapped by a template, and so is what comes back.
const mapped = "the request's body is checked by a model and mapped by a template, and so is what the service answers, which neither an HTTP API nor a load balancer does"

func onlyRestAPI(reason, source string) []Requirement {
	return []Requirement{{TradeOff: "front-door", OneOf: []string{"rest-api"}, Reason: reason, Source: source}}
}

// byName is that the door knows callers by the subject of their token.
var byName = Requirement{
	TradeOff: "erasure", OneOf: []string{"delete"},
	Reason: "what the door hands on without code names the caller by the token's subject, for which only code knows the alias that can be forgotten",
	Source: "docs/erasure.md of this repository, read 2026-11-28",
}
