package claims

// Sources that several claims rest on.
const (
	restOrHTTP = "Choose between REST APIs and HTTP APIs, API Gateway developer guide, read 2026-04-13"
	groups     = "Edit target group attributes, Elastic Load Balancing guide, read 2026-10"
	albLambda  = "Use Lambda functions as targets, Elastic Load Balancing guide, read 2026-10"
	albHistory = "Document history for Application Load Balancers, read 2026-10"
	restQuotas = "Quotas for REST APIs, API Gateway developer guide, read 2026-11-23"
	albQuotas  = "Quotas for Application Load Balancers, read 2026-10"
	global     = "Global tables: how they work, DynamoDB developer guide, read 2026-10"
)

// Ledger holds the claims of the notes that this project began with, in their order.
var Ledger = []Claim{
	{
		Said: "API Gateway throttles.", Verdict: Partly,
		Today:   "REST and HTTP APIs throttle by account, stage and route, as a best effort. A limit for each client, with keys and usage plans, is the REST API's alone.",
		Source:  restOrHTTP,
		Options: []string{"front-door: http-api", "front-door: rest-api"},
		Tests:   []string{"infra/app.TestNumbersComeFromTheDesign", "compare/latency.TestTokenBucketArithmetic"},
	},
	{
		Said: "API Gateway verifies tokens.", Verdict: Partly,
		Today:   "It does, and so does a load balancer since November 2025: RS256 over an HTTPS listener. HTTP APIs have a JWT authorizer, REST APIs one for Cognito or for a function.",
		Source:  restOrHTTP + "; Verify JWTs, Elastic Load Balancing guide, read 2026-10",
		Options: []string{"identity: jwt", "identity: cognito-authorizer", "identity: alb-jwt", "identity: lambda-authorizer"},
	},
	{
		Said: "API Gateway routes.", Verdict: True,
		Today:   "Both do: an API by path and method, a load balancer by host, path, header, query, method and address.",
		Source:  albHistory,
		Options: []string{"front-door: http-api", "front-door: rest-api", "front-door: alb"},
		Tests:   []string{"lambdas/contract.TestLambdaBinaries"},
	},
	{
		Said: "API Gateway allows or denies addresses and Regions.", Verdict: Partly,
		Today:   "A REST API does, by resource policy or firewall. An HTTP API has neither: a distribution with a firewall goes in front of it.",
		Source:  restOrHTTP,
		Options: []string{"perimeter: waf", "perimeter: resource-policy", "perimeter: security-group", "perimeter: cloudfront-geo"},
	},
	{
		Said: "API Gateway carries 10,000 requests a second.", Verdict: True,
		Today:   "That is the quota by default, with a bucket of 5,000, for all APIs of an account in a Region together. It can be raised; some Regions begin at 2,500.",
		Source:  restQuotas,
		Options: []string{"front-door: http-api"},
		Tests:   []string{"compare/latency.TestTokenBucketArithmetic", "compare/limits.TestWhatBreaksFirst"},
	},
	{
		Said: "API Gateway gives up after 30 seconds.", Verdict: Outdated,
		Today:   "An HTTP API does. A REST API waits 29 s unless its quota is raised, which Regional APIs allow since June 2024, and may stream for 15 minutes.",
		Source:  restQuotas,
		Options: []string{"front-door: rest-api", "front-door: http-api"},
		Tests:   []string{"constructs/restapi.TestMethods"},
	},
	{
		Said: "A load balancer distributes load more cleverly.", Verdict: True,
		Today:   "It chooses among servers in turn, by requests under way, or at random with weights that follow anomalies. API Gateway calls one integration.",
		Source:  groups,
		Options: []string{"load-balancing: round-robin", "load-balancing: least-outstanding", "load-balancing: weighted-random"},
		Tests:   []string{"compare/latency/validate.TestCommittedResult"},
	},
	{
		Said: "A load balancer is cheaper from about half a million requests a month.", Verdict: Wrong,
		Today:   "Wrong by ten to fifty times: in us-east-1 it breaks even at 4.8 M requests a month with a REST API and at 18 M with an HTTP API, at 7.0 M and 26 M with its two public addresses.",
		Source:  "Arithmetic on list prices read 2026-08 to 2026-10; `fulcrum compare --tradeoff front-door` shows it",
		Options: []string{"front-door: alb"},
		Tests:   []string{"compare/cost.TestPublishedBreakEven"},
	},
	{
		Said: "API Gateway speaks HTTP/2 (HTTP, REST) and WebSocket.", Verdict: Partly,
		Today:   "Clients may speak HTTP/2 to it; to its integrations it speaks HTTP/1.1. WebSocket APIs are a kind of their own.",
		Source:  "Access-logging variables, API Gateway developer guide, read 2026-04-13",
		Options: []string{"realtime: websocket-api"},
	},
	{
		Said: "Only a load balancer carries gRPC.", Verdict: Partly,
		Today:   "Beside API Gateway that holds, since API Gateway's integrations are HTTP/1.1. CloudFront carries gRPC too.",
		Source:  albHistory + "; Using gRPC with CloudFront distributions, read 2026-04-13",
		Options: []string{"rpc: grpc"},
	},
	{
		Said: "A load balancer speaks HTTP/2, WebSocket and gRPC.", Verdict: Partly,
		Today:   "To servers it does. To a Lambda target it hands JSON events: a WebSocket upgrade is answered with 400, gRPC cannot be.",
		Source:  albLambda,
		Options: []string{"rpc: grpc", "realtime: alb-websocket"},
		Tests:   []string{"design/catalogue.TestWhatIsOfferedWorks", "infra/app.TestHeldWebSockets", "lambdas/sockets.TestTold"},
	},
	{
		Said: "API Gateway comes with HTTPS, a load balancer needs a certificate.", Verdict: Partly,
		Today:   "So it is for the API's own host name; a domain of one's own needs a certificate with both. A new REST API still takes TLS 1.0 unless it is told not to.",
		Source:  "Security policies, API Gateway developer guide, read 2026-04-13",
		Options: []string{"front-door: alb", "front-door: rest-api"},
		Tests:   []string{"infra/app.TestEveryPublicHopHasATLSFloor"},
	},
	{
		Said: "API Gateway tests two variants through separate routes.", Verdict: Outdated,
		Today:   "A REST API has canary releases by percentage; an HTTP API has none, and routes do it there.",
		Source:  restOrHTTP,
		Options: []string{"release: routes", "release: canary"},
	},
	{
		Said: "A load balancer tests two variants by a share of the traffic.", Verdict: True,
		Today:   "Weighted target groups since November 2019, up to five in an action, with stickiness to a group.",
		Source:  albQuotas,
		Options: []string{"release: weighted"},
	},
	{
		Said: "API Gateway balances round robin, a load balancer round robin or by least connections.", Verdict: Wrong,
		Today:   "API Gateway does not balance. A load balancer knows round robin, least outstanding requests (not connections) and weighted random, none of which touches a Lambda target.",
		Source:  groups,
		Options: []string{"load-balancing: least-outstanding", "load-balancing: weighted-random"},
		Tests:   []string{"compare/latency.TestRoundRobinIsErlangArrivals", "compare/latency.TestTwoChoices"},
	},
	{
		Said: "API Gateway integrates with EC2, ECS, Lambda, S3 and Kinesis.", Verdict: Partly,
		Today:   "A REST API reaches most actions of most services. An HTTP API has ten actions of five services: no S3, no DynamoDB, no SNS.",
		Source:  "Integration subtype reference, API Gateway developer guide, read 2026-04-13",
		Options: []string{"integration: s3", "integration: kinesis", "integration: events", "integration: queue"},
	},
	{
		Said: "A load balancer integrates with EC2, ECS and Lambda.", Verdict: Partly,
		Today:   "Its targets are instances, addresses (tasks on Fargate, servers elsewhere) and functions, one to a group; it also signs in by OIDC, verifies tokens and takes a firewall.",
		Source:  "Target groups and listener actions, service model of botocore 1.43.11, read 2026-05",
		Options: []string{"compute: lambda", "compute: fargate", "compute: ec2"},
	},
	{
		Said: "API Gateway has no sticky sessions.", Verdict: True,
		Today:   "No such setting in either of its models.",
		Source:  "Service models apigateway and apigatewayv2 of botocore 1.43.11, read 2026-05",
		Options: []string{"session: stateless"},
		Tests:   []string{"design/catalogue.TestWhatIsOfferedWorks"},
	},
	{
		Said: "A load balancer has sticky sessions.", Verdict: True,
		Today:   "By its own cookie or the application's, from a second to a week; not with weighted random, and not across zones that are kept apart.",
		Source:  groups,
		Options: []string{"session: sticky"},
	},
	{
		Said: "API Gateway manages a REST API, a load balancer needs code for it.", Verdict: True,
		Today:   "The gap is narrower: a load balancer verifies tokens and rewrites. Keys, quotas, validation and caches it has not.",
		Source:  albHistory,
		Options: []string{"front-door: rest-api", "front-door: alb"},
	},
	{
		Said: "API Gateway scales to a soft limit of 10,000 requests a second.", Verdict: True,
		Today:   "See the fifth claim. A thousand concurrent Lambda environments, the default, are often used up first.",
		Source:  restQuotas,
		Options: []string{"front-door: http-api"},
		Tests:   []string{"compare/limits.TestWhatBreaksFirst", "compare/latency.TestLambdaScaling"},
	},
	{
		Said: "A load balancer has no limit set in advance.", Verdict: Partly,
		Today:   "No quota on requests, but it grows with the traffic over minutes; for spikes capacity is reserved, of which a Region has none by default. 100 rules, 100 target groups, 1,000 targets, 1 MB to a function.",
		Source:  albQuotas,
		Options: []string{"front-door: alb"},
		Tests:   []string{"compare/capability.TestLimitsCarryTheirSource"},
	},
	{
		Said: "Strong consistency is not to be had globally.", Verdict: Outdated,
		Today:   "DynamoDB's multi-Region strong consistency has it, in three Regions, or two and a witness.",
		Source:  global,
		Options: []string{"consistency: global-strong", "consistency: global-eventual"},
		Tests:   []string{"infra/app.TestStrongInThreeRegions", "lambdas/dynamo.TestStore"},
	},
	{
		Said: "Strong consistency means higher latency, and reads that may not be available.", Verdict: True,
		Today:   "A strong read costs twice as much. Indexes and streams never read strongly, and the multi-Region kind does without transactions, expiry and local indexes.",
		Source:  "Read consistency, DynamoDB developer guide, read 2026-04-13; " + global,
		Options: []string{"consistency: strong", "consistency: global-strong"},
		Tests:   []string{"compare/cost.TestStrongReadsCostTwice", "compare/latency.TestStrongInSeveralRegions"},
	},
	{
		Said: "S3 with CloudFront is a content delivery network.", Verdict: True,
		Today:   "What CloudFront fetches from S3, a load balancer or an API is free of transfer charges.",
		Source:  "Amazon CloudFront pricing, read 2026-10",
		Options: []string{"delivery: cloudfront"},
		Tests:   []string{"constructs/site.TestOnlyTheDistributionReads"},
	},
}
