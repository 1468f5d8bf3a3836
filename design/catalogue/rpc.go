package catalogue

// grpcGroups is where Elastic Load Balancing says what a target group that speaks
// gRPC can and cannot do.
const grpcGroups = "Target groups for your Application Load Balancers, protocol version, Elastic Load Balancing guide, read 2026-10"

var rpc = TradeOff{
	ID:       "rpc",
	Question: "What do clients speak to the service: JSON over HTTP, or gRPC?",
	Ground:   Blueprint{"front-door": "alb", "compute": "fargate"},
	Options: []Option{
		{
			ID:       "json",
			Baseline: true,
			Sentence: "Take JSON for browsers, for caches and for whoever has only a generic client; take gRPC between programs that share a contract and call each other often.",
		},
		{
			ID:       "grpc",
			Sentence: "Take gRPC between programs that share its contract, with smaller messages and one connection for all calls; take JSON where browsers call, or where the door must verify tokens: a load balancer can only forward gRPC, and the service verifies.",
			Needs:    []string{"grpc"},
			Requires: []Requirement{{
				TradeOff: "session", OneOf: []string{"stateless"},
				Reason: "a client of gRPC keeps no cookies to stay with a server by, and the procedures have no session in them",
				Source: grpcGroups,
			}},
		},
	},
}
