package latency

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/design/role"
)

// doors are the types that can be a front door, by the name their assumptions have.
var doors = map[string]string{
	"AWS::ApiGatewayV2::Api": "http-api", "AWS::ApiGateway::RestApi": "rest-api",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "alb", "AWS::Lambda::Url": "function-url",
}

// door reads the resource of role front-door. Of several the first that answers
// calls counts: an API of WebSockets pushes to clients.
func (m *Model) door(s *assembly.Stack, demand Demand, a *Assumptions) error {
	found := s.OfRole(role.FrontDoor)
	if len(found) == 0 {
		return errors.New("no resource has the role front-door: its metadata must name one")
	}
	i := slices.IndexFunc(found, func(r *assembly.Resource) bool { return doors[r.Type] != "" && r.Text("ProtocolType") != "WEBSOCKET" })
	if i < 0 {
		return fmt.Errorf("front door %s is a %s, which has no latency model: want an API, a load balancer or a function URL", found[0].ID, found[0].Type)
	}
	door := found[i]
	kind := doors[door.Type]
	m.read(door, "", "the front door: %s", kind)
	m.Door.Overhead = a.dist(kind + ".overhead")
	for _, r := range s.Before(door) {
		if r.Type == "AWS::CloudFront::Distribution" {
			m.Door.Overhead = sum(m.Door.Overhead, a.dist("cloudfront.overhead"))
			m.read(r, "", "clients come through a distribution")
			if r.Get("DistributionConfig", "WebACLId") != nil {
				m.Door.Overhead = sum(m.Door.Overhead, a.dist("waf.overhead"))
				m.read(r, "DistributionConfig", "a web ACL before the distribution")
			}
		}
	}
	switch kind {
	case "http-api", "rest-api":
		if m.throttle(s, door.ID); m.Door.Rate == 0 {
			m.Door.Rate, m.Door.Burst = a.number("api-gateway.rate"), a.number("api-gateway.burst")
		}
		if m.timeout(s, door.ID); m.Door.Timeout == 0 {
			m.Door.Timeout = a.number(kind + ".timeout")
		}
		m.insideDoor(s, door, a)
		m.authorizer(s, door, demand, a)
	case "alb":
		if v, ok := attribute(door, "LoadBalancerAttributes", "idle_timeout.timeout_seconds"); ok {
			m.Door.Timeout = v
			m.read(door, "LoadBalancerAttributes", "a target that is silent for %g s counts as gone", v)
		} else {
			m.Door.Timeout = a.number("alb.timeout")
		}
	}
	if guards := s.OfType("AWS::WAFv2::WebACLAssociation"); len(guards) > 0 {
		m.Door.Overhead = sum(m.Door.Overhead, a.dist("waf.overhead"))
		m.read(guards[0], "", "a web ACL before the front door")
	}
	return nil
}

// insideDoor adds what an API passes on the way to compute: a load balancer at the
// end of its link to the VPC.
func (m *Model) insideDoor(s *assembly.Stack, door *assembly.Resource, a *Assumptions) {
	for _, r := range s.Reached(door, false) {
		if r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer" {
			m.Door.Overhead = sum(m.Door.Overhead, a.dist("alb.overhead"))
			m.read(r, "", "a load balancer between the API and compute")
			return
		}
	}
}

// throttle reads the rate and burst that the stages of an API set for every route,
// the smallest if there are several.
func (m *Model) throttle(s *assembly.Stack, api string) {
	for _, stage := range s.OfType("AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Stage") {
		if !slices.Contains(stage.Refers, api) {
			continue
		}
		property, settings := "DefaultRouteSettings", stage.Get("DefaultRouteSettings")
		if settings == nil {
			property, settings = "MethodSettings", everyMethod(stage.List("MethodSettings"))
		}
		r, ok := assembly.Number(assembly.Dig(settings, "ThrottlingRateLimit"))
		b, _ := assembly.Number(assembly.Dig(settings, "ThrottlingBurstLimit"))
		if ok && r > 0 && (m.Door.Rate == 0 || r < m.Door.Rate) {
			m.Door.Rate, m.Door.Burst = r, max(1, b)
			m.read(stage, property, "throttles at %g requests/s with a burst of %g", r, b)
		}
	}
}

// everyMethod returns the settings for all methods of a REST API's stage.
func everyMethod(settings []any) any {
	for _, x := range settings {
		if assembly.Text(assembly.Dig(x, "HttpMethod")) == "*" && strings.Trim(assembly.Text(assembly.Dig(x, "ResourcePath")), "/") == "*" {
			return x
		}
	}
	return nil
}

// timeout reads the longest integration timeout of an API.
func (m *Model) timeout(s *assembly.Stack, api string) {
	var from *assembly.Resource
	for _, r := range s.OfType("AWS::ApiGatewayV2::Integration", "AWS::ApiGateway::Method") {
		if !slices.Contains(r.Refers, api) {
			continue
		}
		for _, path := range [][]string{{"TimeoutInMillis"}, {"Integration", "TimeoutInMillis"}} {
			if ms, ok := r.Number(path...); ok && ms/1000 > m.Door.Timeout {
				m.Door.Timeout, from = ms/1000, r
			}
		}
	}
	if from != nil {
		m.read(from, "", "the integration times out after %g s", m.Door.Timeout)
	}
}

// authorizer reads the function that an API asks who may call what, and works out from
// the design's sessions how often it has the answer already.
func (m *Model) authorizer(s *assembly.Stack, door *assembly.Resource, demand Demand, a *Assumptions) {
	for _, r := range s.OfType("AWS::ApiGatewayV2::Authorizer", "AWS::ApiGateway::Authorizer") {
		if !slices.Contains(r.Refers, door.ID) || !asksFunction(r) {
			continue
		}
		unset := 0.0
		if _, set := r.Number("AuthorizerResultTtlInSeconds"); !set && r.Type == "AWS::ApiGateway::Authorizer" {
			unset = a.number("rest-api.authorizer-seconds")
		}
		m.Door.Authorizer = Asked(r, demand, unset)
		m.Door.Authorizer.Time = a.dist("authorizer.time")
		m.read(r, "AuthorizerResultTtlInSeconds", "a function says who may call: %.3g %% of the writes and %.3g %% of the reads find no answer that is kept",
			100*m.Door.Authorizer.Writes, 100*m.Door.Authorizer.Reads)
		return
	}
}
