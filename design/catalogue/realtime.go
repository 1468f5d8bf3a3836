package catalogue

var realtime = TradeOff{
	ID:       "realtime",
	Question: "How do clients learn what happened: do they ask, or does the system push over a WebSocket?",
	Options: []Option{
		{
			ID:       "none",
			Baseline: true,
			Sentence: "Take none, where clients ask again, if news may be as old as their last call; take a WebSocket option where people wait for what others do.",
			Lacks:    map[string]Lack{"websocket": {Reason: "nothing is pushed: clients ask", Source: socketQuotas}},
		},
		{
			ID:       "websocket-api",
			Sentence: "Take the WebSocket API where people wait for what others do and connections come and go, since nothing is paid between messages but their minutes; take none where asking again will do.",
			Requires: []Requirement{subjectsOfEvents},
		},
		{
			ID:       "alb-websocket",
			Sentence: "Take WebSockets held by the servers where there are servers and a load balancer anyway, or where messages are so many that each must cost nothing; take the WebSocket API where nobody should keep servers for connections, or where a deployment must not end them.",
			Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
			Requires: []Requirement{
				{TradeOff: "front-door", OneOf: []string{"alb"}, Reason: "an HTTP API and a REST API do not upgrade a connection to a WebSocket; a load balancer does", Source: socketListeners},
				{TradeOff: "compute", OneOf: []string{"fargate", "ec2"}, Reason: "a load balancer answers a request to upgrade with 400 if a Lambda function is its target", Source: albLambda},
				{TradeOff: "rpc", OneOf: []string{"json"}, Reason: "a target group that speaks gRPC takes HTTP/2 only, and a WebSocket begins with HTTP/1.1", Source: grpcGroups},
				subjectsOfEvents,
			},
		},
	},
}

// socketListeners is where Elastic Load Balancing says how WebSockets begin.
const socketListeners = "Listeners for your Application Load Balancers, WebSockets, Elastic Load Balancing guide, read 2026-11-28"

// subjectsOfEvents is what finding a person's connections by an event asks for.
var subjectsOfEvents = Requirement{
	TradeOff: "erasure", OneOf: []string{"delete"},
	Reason: "connections are kept under the subject of the token that opened them, and with erasure: crypto-shred events name people by aliases",
	Source: "docs/erasure.md of this repository, read 2026-11-28",
}
