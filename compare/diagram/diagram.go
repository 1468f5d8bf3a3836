// Package diagram reduces a template to the components that do the workload's work
// and the calls and transfers between them, for a drawing.
package diagram

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// Diagram is a stack's components and how they are wired.
type Diagram struct {
	// Nodes are in the order of a request's way, and of an event's after it.
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// Node is one component.
type Node struct {
	ID string `json:"id"`
	// Name is what the model calls it, "search"; else the id without CDK's hash.
	Name string    `json:"name"`
	Role role.Role `json:"role"`
	// Service is what AWS calls it, "Lambda Function".
	Service string `json:"service"`
	// Rank is how far along the way it stands, from 1.
	Rank int `json:"rank"`
}

// Edge is a call or a transfer, over what the diagram leaves out.
type Edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Async edges keep no client waiting.
	Async bool `json:"async"`
}

// ranks are the roles that are drawn, by how far along the way they stand. A rule, a
// log or a key stands on no way of its own.
var ranks = map[role.Role]int{
	role.Delivery: 1, role.FrontDoor: 1, role.Perimeter: 1, role.Identity: 1,
	role.Compute: 2, role.Site: 2,
	role.Store: 3, role.Cache: 3,
	role.Stream: 4, role.Pipe: 4,
	role.Bus:      5,
	role.Queue:    6,
	role.Consumer: 7,
}

// settings are the types that only say how a component beside them behaves.
var settings = []string{
	"AWS::EC2::SecurityGroup", "AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer", "AWS::WAFv2::IPSet", "AWS::WAFv2::WebACLAssociation",
}

// Of returns the diagram of a stack.
func Of(s *assembly.Stack) Diagram {
	d := Diagram{Nodes: []Node{}, Edges: []Edge{}}
	shown := map[*assembly.Resource]bool{}
	for _, r := range s.Resources {
		rank := ranks[r.Role]
		if rank == 0 || slices.Contains(settings, r.Type) || r.Role == role.Identity && r.Type != "AWS::Cognito::UserPool" {
			continue // what copies or checks an issuer's keys is no issuer
		}
		shown[r] = true
		d.Nodes = append(d.Nodes, Node{ID: r.ID, Name: name(r), Role: r.Role, Service: service(r), Rank: rank})
	}
	slices.SortStableFunc(d.Nodes, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Role, b.Role), cmp.Compare(a.ID, b.ID))
	})
	hops := map[*assembly.Resource][]assembly.Hop{}
	for _, h := range s.Hops() {
		hops[h.From] = append(hops[h.From], h)
	}
	for _, r := range s.Resources {
		if shown[r] {
			d.Edges = append(d.Edges, reach(r, hops, shown)...)
		}
	}
	slices.SortFunc(d.Edges, func(a, b Edge) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return d
}

// reach returns an edge to every shown resource that a resource calls, past those that
// are not shown.
func reach(from *assembly.Resource, hops map[*assembly.Resource][]assembly.Hop, shown map[*assembly.Resource]bool) []Edge {
	type step struct {
		at    *assembly.Resource
		async bool
	}
	found := map[string]bool{}
	var out []Edge
	seen := map[*assembly.Resource]bool{from: true}
	for queue := []step{{at: from}}; len(queue) > 0; queue = queue[1:] {
		for _, h := range hops[queue[0].at] {
			async := queue[0].async || h.Async
			switch {
			case seen[h.To]:
			case shown[h.To]:
				if !found[h.To.ID] {
					found[h.To.ID] = true
					out = append(out, Edge{From: from.ID, To: h.To.ID, Async: async})
				}
			default:
				seen[h.To] = true
				queue = append(queue, step{h.To, async})
			}
		}
	}
	return out
}

// names are what AWS calls some types whose names in templates are another thing.
var names = map[string]string{
	"AWS::ApiGatewayV2::Api":                    "HTTP API",
	"AWS::ApiGateway::RestApi":                  "REST API",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "Load Balancer",
	"AWS::CloudFront::Distribution":             "CloudFront",
	"AWS::Cognito::UserPool":                    "Cognito",
	"AWS::WAFv2::WebACL":                        "WAF",
	"AWS::Lambda::Function":                     "Lambda",
	"AWS::ECS::Service":                         "ECS service",
	"AWS::AutoScaling::AutoScalingGroup":        "EC2 instances",
	"AWS::DynamoDB::GlobalTable":                "DynamoDB",
	"AWS::DynamoDB::Table":                      "DynamoDB",
	"AWS::ElastiCache::ServerlessCache":         "ElastiCache",
	"AWS::ElastiCache::ReplicationGroup":        "ElastiCache",
	"AWS::ElastiCache::CacheCluster":            "ElastiCache",
	"AWS::Kinesis::Stream":                      "Kinesis",
	"AWS::Pipes::Pipe":                          "EventBridge Pipe",
	"AWS::Events::EventBus":                     "EventBridge",
	"AWS::SQS::Queue":                           "SQS",
	"AWS::SNS::Topic":                           "SNS",
	"AWS::S3::Bucket":                           "S3",
	"AWS::StepFunctions::StateMachine":          "Step Functions",
}

// hashed is the end that CDK gives to logical ids.
var hashed = regexp.MustCompile(`[0-9A-F]{8}$`)

// Plain returns a logical id without the hash that CDK may have put at its end.
func Plain(id string) string { return hashed.ReplaceAllString(id, "") }

func name(r *assembly.Resource) string { return cmp.Or(r.Service(), Plain(r.ID)) }

func service(r *assembly.Resource) string {
	if r.Type == "AWS::ApiGatewayV2::Api" && r.Text("ProtocolType") == "WEBSOCKET" {
		return "WebSocket API"
	}
	if name, ok := names[r.Type]; ok {
		return name
	}
	return strings.ReplaceAll(strings.TrimPrefix(r.Type, "AWS::"), "::", " ")
}
