package cost

import (
	"fmt"
	"slices"

	"fulcrum/compare/assembly"
	"fulcrum/compare/latency"
	"fulcrum/compare/price"
	"fulcrum/design/role"
)

func httpAPI(c *context, r *assembly.Resource, d Demand) []Usage {
	requests := c.requests(d)
	if r.Role == role.Realtime {
		return socketAPI(d)
	}
	if r.Text("ProtocolType") == "WEBSOCKET" {
		return []Usage{{Part: Door, Service: "websocket-api", Formula: "a message for each call",
			Inputs: price.Inputs{"messages": n(requests), "message-kb": n(d.callKB()), "connection-minutes": n(d.connectionMinutes())}}, traffic(c, r, d)}
	}
	return []Usage{{
		Part: Door, Service: "http-api", Formula: "each call, metered per started 512 KB",
		Inputs: price.Inputs{"requests": n(requests), "request-kb": n(d.callKB())},
	}, traffic(c, r, d)}
}

func restAPI(c *context, r *assembly.Resource, d Demand) []Usage {
	in := price.Inputs{"requests": n(c.requests(d) + c.direct(d))}
	for _, s := range c.stack.OfType("AWS::ApiGateway::Stage") {
		if contains(c.stack.Mentions(s, "RestApiId"), r) && s.Flag("CacheClusterEnabled") {
			in["cache-gb"] = w(s.Text("CacheClusterSize"))
		}
	}
	return []Usage{{Part: Door, Service: "rest-api", Inputs: in, Formula: c.eachCall()}, traffic(c, r, d)}
}

// metricsOfMethod is the number of metrics that API Gateway keeps for a method or a
// route with detailed metrics: Count, 4XXError, 5XXError, Latency and
// IntegrationLatency.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
const metricsOfMethod = 5

// stage prices the detailed metrics of a stage, which CloudWatch charges as custom
// metrics. Everything else of a stage belongs to its API.
func stage(c *context, r *assembly.Resource, _ Demand) []Usage {
	if !r.Flag("MethodSettings", "MetricsEnabled") && !r.Flag("DefaultRouteSettings", "DetailedMetricsEnabled") {
		return nil
	}
	routes := len(c.stack.OfType("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route"))
	return []Usage{{
		Part: Operations, Service: "alarms", Fixed: true,
		Inputs:  price.Inputs{"metrics": n(float64(routes * metricsOfMethod))},
		Formula: fmt.Sprintf("detailed metrics: %d methods or routes × %d metrics", routes, metricsOfMethod),
	}}
}

// loadBalancer meters LCUs from the mean rates of the month. Bytes to functions
// and to servers are metered apart.
func loadBalancer(c *context, r *assembly.Resource, d Demand) []Usage {
	perSecond := func(monthly float64) float64 { return monthly / (Hours * 3600) }
	share := 1 / float64(max(c.doors, 1))
	connections := perSecond(d.Load.Connections) * share
	gb := (d.Load.BytesIn + d.Load.BytesOut) * share / GB / Hours
	sockets := ""
	if c.stack.Holders() != nil && r.Role == role.FrontDoor {
		connections *= 2
		gb += d.notices() * noticeBytes / GB / Hours
		sockets = "; a WebSocket beside each session's own connection"
	}
	in := price.Inputs{
		"new-connections-per-second":    n(connections),
		"active-connections-per-minute": n(connections * d.Design.Capacity.SessionSeconds),
		"rule-evaluations-per-second":   n(perSecond(c.requests(d)) * max(0, float64(c.listenerRules-freeRules))),
	}
	bytes := "gb-per-hour"
	if c.toFunction[r] {
		bytes = "lambda-gb-per-hour"
	}
	in[bytes] = n(gb)
	if r.Text("Scheme") == "internet-facing" {
		in["public-ipv4"] = n(float64(len(r.List("Subnets")) + len(r.List("SubnetMappings"))))
	}
	if r.Role != role.FrontDoor {
		// Behind another door, whose requests come here and whose answers go out there.
		return []Usage{{Part: Network, Service: "alb", Inputs: in, Formula: "730 hours, LCUs by the mean rates"}}
	}
	service := "alb"
	if r.Text("Type") == "network" {
		service = "nlb"
		in = price.Inputs{}
	}
	return []Usage{{
		Part: Door, Service: service, Inputs: in,
		Formula: fmt.Sprintf("730 hours, a public IPv4 in each subnet, LCUs by the mean rates; %d rules, the first %d free%s", c.listenerRules, freeRules, sockets),
	}, traffic(c, r, d)}
}

// freeRules is how many rules of a load balancer an LCU does not count.
const freeRules = 10

func servedByFunction(s *assembly.Stack, door *assembly.Resource) bool {
	for _, r := range s.Reached(door, false) {
		if r.Type == "AWS::Lambda::Function" && r.Role == role.Compute {
			return true
		}
	}
	return false
}

// traffic is what goes from a front door to clients. What a distribution fetches
// from it costs nothing, and the distribution's own traffic is priced there.
// https://aws.amazon.com/cloudfront/pricing/
func traffic(c *context, r *assembly.Resource, d Demand) Usage {
	u := Usage{
		Part: Traffic, Service: "transfer", Formula: "all responses, to the internet",
		Inputs: price.Inputs{"out-gb": n(d.Load.BytesOut / float64(max(c.doors, 1)) / GB)},
	}
	if c.reads.edge > 0 {
		_, fetched := d.publicCalls()
		u.Inputs["out-gb"] = n((d.Load.BytesOut - fetched) / float64(max(c.doors, 1)) / GB)
		u.Formula = "responses to the internet; those to public queries go to the distribution free of charge"
	}
	if c.behind[r] {
		u.Inputs["out-gb"], u.Formula = n(0), "none: the distribution before it fetches its responses free of charge"
	}
	return u
}

func webACL(c *context, r *assembly.Resource, d Demand) []Usage {
	own, managed := 0, 0
	for _, rule := range r.List("Rules") {
		if assembly.Dig(rule, "Statement", "ManagedRuleGroupStatement") != nil {
			managed++
		} else {
			own++
		}
	}
	return []Usage{{
		Part: Perimeter, Service: "waf", Formula: "each request of the front door is inspected",
		Inputs: price.Inputs{"acls": n(1), "rules": n(float64(own)), "managed-rule-groups": n(float64(managed)), "requests": n(c.requests(d))},
	}}
}

// The site's part in a session, which the design does not say: a first visit loads
// the client's files, a later one finds most in the browser's cache.
const (
	filesOfSession = 4
	kbOfSession    = 150
)

func distribution(c *context, r *assembly.Resource, d Demand) []Usage {
	if r.Role == role.Perimeter { // before a front door, not before files
		return []Usage{{
			Part: Perimeter, Service: "cloudfront", Formula: "each request and each response; request bodies on their way to the front door",
			Inputs: edgeInputs(r, d.Load.Requests, d.Load.BytesOut/GB, d.Load.BytesIn/GB),
		}}
	}
	in := edgeInputs(r, d.Load.Connections*filesOfSession, d.Load.Connections*kbOfSession*KB/GB, 0)
	uses := []Usage{{Part: Site, Service: "cloudfront", Inputs: in, Formula: fmt.Sprintf("%d files, %d KB a session", filesOfSession, kbOfSession)}}
	if c.reads.edge > 0 {
		calls, bytes := d.publicCalls()
		uses = append(uses, Usage{
			Part: Door, Service: "cloudfront", Inputs: edgeInputs(r, calls, bytes/GB, 0),
			Formula: fmt.Sprintf("each call of a public query, answered from the edge for %.0f s", c.reads.edge),
		})
	}
	return uses
}

func edgeInputs(r *assembly.Resource, requests, gb, originGB float64) price.Inputs {
	in := price.Inputs{"gb": n(gb), "requests": n(requests)}
	if originGB > 0 {
		in["origin-gb"] = n(originGB)
	}
	if f := len(r.List("DistributionConfig", "DefaultCacheBehavior", "FunctionAssociations")); f > 0 {
		in["functions"] = n(requests * float64(f))
	}
	return in
}

func userPool(_ *context, r *assembly.Resource, d Demand) []Usage {
	tier := map[string]string{"LITE": "lite", "PLUS": "plus"}[r.Text("UserPoolTier")]
	if tier == "" {
		tier = "essentials" // what a pool is without a tier
	}
	return []Usage{{Part: Identity, Service: "cognito", Inputs: price.Inputs{"mau": n(d.Load.Users), "tier": w(tier)}, Formula: "each monthly active user"}}
}

func (d Demand) callKB() float64 { return d.CallBytes() / KB }

func (d Demand) connectionMinutes() float64 {
	return d.Load.Connections * d.Design.Capacity.SessionSeconds / 60
}

// authorizerMs is what it takes to verify a signature of 2,048 bits and to look up a
// scope, with what Lambda bills around it: an assumption.
const authorizerMs = 5

// authorized is how often a function says in a month who may call: it is not asked
// while an answer is kept.
func (c *context) authorized(function *assembly.Resource, d Demand) float64 {
	const unset = 300 // seconds, what a REST API takes where its authorizer says nothing
	for _, r := range c.stack.OfType("AWS::ApiGatewayV2::Authorizer", "AWS::ApiGateway::Authorizer") {
		if slices.Contains(c.stack.Mentions(r, "AuthorizerUri"), function) {
			asked := latency.Asked(r, latency.Mix(d.Design, d.Load), unset)
			return d.Load.Reads*asked.Reads + d.Load.Writes*asked.Writes
		}
	}
	return 0
}

// trustStore prices what a load balancer trusts client certificates with.
func trustStore(*context, *assembly.Resource, Demand) []Usage {
	return []Usage{{Part: Identity, Service: "alb", Inputs: price.Inputs{"hours": n(0), "trust-stores": n(1)}, Formula: "730 hours of one trust store"}}
}
