package catalogue

// Sources of how versions are told apart. Dates are when the page was read.
const (
	restCanary  = "Set up an API Gateway canary release deployment, Amazon API Gateway developer guide, read 2026-04-13"
	albWeighted = "Target groups for your Application Load Balancers, Elastic Load Balancing guide, read 2026-10"
	lambdaAlias = "Create an alias for a Lambda function, AWS Lambda developer guide, read 2026-04"
)

var release = TradeOff{
	ID:       "release",
	Question: "How does a new version reach users: at once, or a part of them first?",
	Options: []Option{
		{
			ID:       "all-at-once",
			Baseline: true,
			Sentence: "Take all at once where a bad version is found before it is released or is quickly rolled back; take another option where a part of the users must try it first.",
		},
		{
			ID:       "routes",
			Sentence: "Take routes of their own where somebody chooses to try the new version, by its path or by a header; take weights where users are to be chosen by chance.",
			Ground:   Blueprint{"front-door": "alb"},
			Requires: []Requirement{
				{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "an HTTP API selects no route by a header, and a REST API only under a domain of its own; a load balancer's rules do", Source: albRules},
				oneFunction, withoutCache,
			},
		},
		{
			ID:       "canary",
			Sentence: "Take the canary of a REST API where each request may meet either version; take weighted target groups where a user must stay with one.",
			Ground:   Blueprint{"front-door": "rest-api"},
			Requires: append(onlyRestAPI("an HTTP API has no canary, and a load balancer has weights instead", restCanary), oneFunction, withoutCache),
		},
		{
			ID:       "weighted",
			Sentence: "Take weighted target groups behind a load balancer where a user must stay with the version they met, for as long as both run; take the alias where the new version replaces the old within minutes.",
			Ground:   Blueprint{"front-door": "alb"},
			Requires: []Requirement{
				{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "only a load balancer has target groups to weigh", Source: albWeighted},
				oneFunction, withoutCache,
			},
		},
		{
			ID:       "alias",
			Sentence: "Take the alias that CodeDeploy shifts where every release is to be checked, tried on a tenth of the traffic for five minutes and taken back by an alarm, behind any door; take weights for longer trials.",
			Requires: []Requirement{oneFunction},
		},
	},
}

// oneFunction is that versions are those of a function: tasks and instances are
// replaced one after the other by their service or group, which rolls back itself.
var oneFunction = Requirement{
	TradeOff: "compute", OneOf: []string{"lambda"},
	Reason: "the two versions are two of a function; tasks and instances are replaced in turn, and rolled back, by their own service",
	Source: lambdaAlias,
}

// withoutCache is that the variants share nothing that one of them writes and the other,
// or what stands behind both, reads in a form of its own but the store.
var withoutCache = Requirement{
	TradeOff: "access-pattern", OneOf: []string{"balanced"},
	Reason: "two variants with one cache would read what the other has written in a form of its own, and so would the one writer behind their queue; a cache or a writer for each is not the same thing with one part changed",
	Source: "lambdas/menu and lambdas/queued of this repository, read 2026-11-28",
}
