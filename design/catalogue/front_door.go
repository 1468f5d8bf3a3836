package catalogue

// Sources of the front door's facts. Dates are when the page was read.
const (
	restOrHTTP       = "Choose between REST APIs and HTTP APIs, Amazon API Gateway developer guide, read 2026-04-13"
	restQuotas       = "Quotas for configuring and running a REST API, Amazon API Gateway developer guide, read 2026-11-23"
	httpQuotas       = "Quotas for configuring and running an HTTP API, Amazon API Gateway developer guide, read 2026-11-23"
	apiBackend       = "Access-logging variables, Amazon API Gateway developer guide, read 2026-04-13"
	socketQuotas     = "Quotas for configuring and running a WebSocket API, Amazon API Gateway developer guide, read 2026-11-23"
	apiBalancing     = "Private integrations for HTTP APIs, Amazon API Gateway developer guide, read 2026-04-13"
	albLambda        = "Use Lambda functions as targets of an Application Load Balancer, Elastic Load Balancing guide, read 2026-10"
	albThrottle      = "ALB/ELB/NLB level throttling, AWS re:Post, read 2026-11-23; no such attribute in the service model of botocore 1.43.11"
	httpIntegrations = "Integration subtype reference, Amazon API Gateway developer guide, read 2026-04-13"
	albModel         = "Edit target group attributes for your Application Load Balancer, Elastic Load Balancing guide, read 2026-10"
)

// containers are the choices under which a load balancer has more than Lambda
// behind it.
var containers = []Choice{{"compute", "fargate"}, {"compute", "ec2"}}

var frontDoor = TradeOff{
	ID:       "front-door",
	Question: "What terminates the client's request: an API Gateway HTTP API, an API Gateway REST API, or an Application Load Balancer?",
	Options:  []Option{httpAPI, restAPI, alb},
}

var httpAPI = Option{
	ID:       "http-api",
	Baseline: true,
	Sentence: "Take the HTTP API for tokens verified at the door at the lowest price per request; take the REST API when a firewall, usage plans or request validation must sit at the door itself.",
	Lacks: map[string]Lack{
		"grpc":                  apiGatewayGRPC,
		"sticky-sessions":       apiGatewayStickiness,
		"timeout-over-30s":      {Reason: "an HTTP API gives up on its integration after 30 s, and the quota cannot be raised", Limit: "30 s", Source: httpQuotas},
		"payload-over-10mb":     {Reason: "an HTTP API takes payloads of up to 10 MB, and the quota cannot be raised", Limit: "10 MB", Source: httpQuotas, Instead: presigned},
		"streaming":             {Reason: "an HTTP API sends a response when it has all of it", Source: restOrHTTP},
		"per-client-throttling": {Reason: "an HTTP API throttles routes and stages; it has no API keys and no usage plans", Source: restOrHTTP},
		"request-validation":    {Reason: "an HTTP API hands requests on without validating them", Source: restOrHTTP},
		"waf":                   {Reason: "AWS WAF cannot be associated with an HTTP API", Source: restOrHTTP, Unless: []Choice{{"perimeter", "waf"}}},
		"ip-allow-list":         {Reason: "an HTTP API has no resource policy", Source: restOrHTTP},
	},
}

var restAPI = Option{
	ID:       "rest-api",
	Sentence: "Take the REST API for what it alone has: usage plans with API keys, request validation and resource policies; take the HTTP API when none of them is needed, at about a third of the price per request.",
	Lacks: map[string]Lack{
		"grpc":              apiGatewayGRPC,
		"sticky-sessions":   apiGatewayStickiness,
		"payload-over-10mb": {Reason: "a REST API takes requests of up to 10 MB; only streamed responses may be larger", Limit: "10 MB", Source: restQuotas, Instead: presigned},
	},
}

var alb = Option{
	ID:       "alb",
	Sentence: "Take the load balancer for steady, high traffic, where its hours cost less than API Gateway's requests; take an API Gateway below that, or when each client needs a limit of its own.",
	Lacks: map[string]Lack{
		"grpc":                  {Reason: "a load balancer hands a request to a Lambda function as one JSON event, not as an HTTP/2 stream", Source: albLambda, Unless: containers},
		"sticky-sessions":       {Reason: "a target group holds one Lambda function, so there is no server to stick to", Limit: "1 function", Source: albLambda, Unless: containers},
		"payload-over-10mb":     {Reason: "a load balancer exchanges bodies of up to 1 MB with a Lambda target", Limit: "1 MB", Source: albLambda, Unless: containers, Instead: presigned},
		"streaming":             {Reason: "a load balancer takes a Lambda target's response as one JSON document of up to 1 MB", Limit: "1 MB", Source: albLambda, Unless: containers},
		"per-client-throttling": {Reason: "a load balancer has no rate limits, API keys or usage plans; AWS WAF can limit the rate of an address", Source: albThrottle},
		"request-validation":    {Reason: "a load balancer routes requests without reading their bodies", Source: albModel},
	},
}

// presigned is how a large body gets past every front door.
const presigned = "move large bodies between client and S3 with presigned URLs, past the front door"

var (
	apiGatewayGRPC       = Lack{Reason: "API Gateway speaks HTTP/1.1 to its integrations", Source: apiBackend}
	apiGatewayStickiness = Lack{Reason: "API Gateway calls one integration and has no stickiness", Source: apiBalancing}
)
