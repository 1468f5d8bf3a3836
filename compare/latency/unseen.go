package latency

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// Unseen is something in a stack that changes latency, or might, and is not in its
// model.
type Unseen struct {
	// What it is, and Why it is not in the model or how little it would change.
	What string `json:"what"`
	Why  string `json:"why"`
	// Path is where the template has it.
	Path string `json:"path"`
}

// Unmodelled is what no stack's model has.
func Unmodelled() []Unseen {
	return []Unseen{
		{What: "the way between client and Region, and the handshakes of TCP and TLS", Why: "it depends on where clients are; it is the same for options in the same Region that end TLS themselves"},
		{What: "retries of a client library within the service, beyond one repetition of a throttled call", Why: "they matter when a store fails, which a fault shows"},
		{What: "the processor that a function's memory, a task's or an instance's size brings", Why: "the handler takes the design's service time on each; measure it and set service-time"},
		{What: "requests beside the design's operations, such as health checks and files", Why: "the design counts none"},
	}
}

// sighting is a kind of thing that models leave out.
type sighting struct {
	// of returns the resource that shows it, nil for none.
	of        func(*assembly.Stack) *assembly.Resource
	what, why string
}

// sightings is the list of what a template may have and no model shows.
var sightings = []sighting{
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Text("ProtocolVersion") == "GRPC" })
		},
		what: "gRPC", why: "smaller messages and one connection for all calls of a client; nobody publishes what that saves, and the handler takes the same time",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				socket := slices.ContainsFunc(s.Mentioned(r, r.Get("ApiId")), func(api *assembly.Resource) bool { return api.Text("ProtocolType") == "WEBSOCKET" })
				return asksFunction(r) && !socket // who connects to one is asked once
			})
		},
		what: "cold starts of the authorizer", why: "it has environments of its own; a call is taken to find a warm one, which a busiest minute mostly does",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Role == role.Step })
		},
		what: "cold starts of the function that does a workflow's steps", why: "it has environments of its own; a step is taken to find a warm one",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return assembly.DirectService(r) != "" })
		},
		what: "routes that the door hands to AWS services by itself", why: "no operation of the design passes them",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Text("ProtocolType") == "WEBSOCKET" || r.Role == role.Connections
			})
		},
		what: "the push to connected clients", why: "it follows the handling of an event, a call for each connection; the calls of clients do not wait for it",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.About["commands"] != nil })
		},
		what: "commands that wait for each other", why: "those of one aggregate are applied one batch after the other, each batch as one write, and its burst waits in the queue; what is simulated is a queue that keeps up, and no client that asks for an outcome again and again",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.About["held-by"] == "servers" })
		},
		what: "connections that servers hold", why: "they take memory and little else of a server, and may make more servers run than requests do; a server that ends makes its clients connect again",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			all := computeFunctions(s.Main()) // another Region's are no second version
			if len(all) < 2 {
				return nil
			}
			return all[1]
		},
		what: "a second version beside the first", why: "its environments are its own, so that it starts more of them cold; both are simulated as one",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Get("MutualAuthentication") != nil && r.Text("MutualAuthentication", "Mode") != "off"
			})
		},
		what: "the client's certificate", why: "it is checked once for each connection, and connections are not in the model",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Text("AuthorizationType") == "AWS_IAM" })
		},
		what: "the check of AWS signatures", why: "nobody publishes its time; it is taken to be the door's, as that of a token is",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Setting("EDGE_SECONDS") != "" && r.Setting("EDGE_SECONDS") != "0"
			})
		},
		what: "how old an answer from the edge or the cache is", why: "it is bounded by the seconds it is kept; stale reads count those of the store alone",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Type == "AWS::Lambda::Function" && r.Role == role.Compute && r.Get("VpcConfig") != nil
			})
		},
		what: "the network of a function in a VPC", why: "its interfaces are made with the function and shared by its environments, so that none waits for one",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Role == role.Store && len(r.List("Replicas")) > 1 && r.Text("MultiRegionConsistency") != "STRONG"
			})
		},
		what: "how far another Region's copy lags behind", why: "stale reads are those of the Region that was written to; AWS says that copies follow within a second, mostly",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Type == "AWS::Route53::HealthCheck" })
		},
		what: "the minutes until clients are sent to another Region", why: "they are failures, not latency: availability counts them",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Role == role.Store && encrypted(r) })
		},
		what: "calls of KMS by the services that encrypt", why: "they keep a data key for minutes, so that few requests wait for one; nobody publishes how long",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Type == "AWS::ECS::Service" || r.Type == "AWS::AutoScaling::AutoScalingGroup"
			})
		},
		what: "the way between availability zones", why: "a balancer sends across them; it takes a few milliseconds at most, and is part of the balancer's overhead",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool {
				return r.Type == "AWS::ElastiCache::CacheCluster" && r.Role == role.Cache
			})
		},
		what: "a cache node that is lost or added", why: "how many keys move is shown by the placement of keys; each that moved is a miss once",
	},
	{
		of: func(s *assembly.Stack) *assembly.Resource {
			return first(s, func(r *assembly.Resource) bool { return r.Type == "AWS::CodeDeploy::DeploymentGroup" })
		},
		what: "cold starts while a new version takes over", why: "a release lasts minutes; the figures are of the time between releases",
	},
}

// asksFunction reports whether a resource is an authorizer that is a function.
func asksFunction(r *assembly.Resource) bool {
	kind := r.Text("AuthorizerType") + r.Text("Type")
	return strings.HasSuffix(r.Type, "::Authorizer") && (kind == "REQUEST" || kind == "TOKEN")
}

// encrypted reports whether a store names a key of KMS.
func encrypted(r *assembly.Resource) bool {
	return strings.Contains(fmt.Sprint(r.Get("SSESpecification"), r.Get("Replicas")), "KMS")
}

func first(s *assembly.Stack, holds func(*assembly.Resource) bool) *assembly.Resource {
	if i := slices.IndexFunc(s.Resources, holds); i >= 0 {
		return s.Resources[i]
	}
	return nil
}

func computeFunctions(s *assembly.Stack) []*assembly.Resource {
	return slices.DeleteFunc(s.OfRole(role.Compute), func(r *assembly.Resource) bool { return r.Type != "AWS::Lambda::Function" })
}

// unseen returns what of a stack its model leaves out.
func unseen(s *assembly.Stack, a *Assumptions) []Unseen {
	var out []Unseen
	for _, x := range sightings {
		if r := x.of(s); r != nil {
			out = append(out, Unseen{What: x.what, Why: x.why, Path: r.Path()})
		}
	}
	for _, r := range s.OfRole(role.Cache) {
		if kind := r.Text("CacheNodeType"); kind != "" {
			if _, known := a.Get(kind + ".memory"); !known {
				out = append(out, Unseen{What: "the memory of " + kind, Why: "assumptions.yaml does not say how much it has; it is taken to be enough", Path: r.Path()})
			}
		}
	}
	return out
}
