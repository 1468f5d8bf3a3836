package capability

import (
	"fmt"
	"slices"
	"strings"

	"fulcrum/compare/assembly"
	"fulcrum/compare/evidence"
)

// authorizer finds what verifies tokens in an API Gateway.
func authorizer(d *door) (string, evidence.Item, bool) {
	for _, r := range d.of("AWS::ApiGatewayV2::Authorizer") {
		switch r.Text("AuthorizerType") {
		case "JWT":
			return "JWT authorizer", at(r, "AuthorizerType"), true
		case "REQUEST":
			return "Lambda authorizer", at(r, "AuthorizerType"), true
		}
	}
	for _, r := range d.of("AWS::ApiGatewayV2::Route", "AWS::ApiGateway::Method") {
		if r.Text("AuthorizationType") == "AWS_IAM" {
			return "signatures of AWS principals instead", at(r, "AuthorizationType"), true
		}
	}
	r := d.one("AWS::ApiGateway::Authorizer")
	switch {
	case r == nil:
		return "", evidence.Item{}, false
	case r.Text("Type") == "COGNITO_USER_POOLS":
		return "Cognito authorizer", at(r, "Type"), true
	}
	return "Lambda authorizer", at(r, "Type"), true
}

// routeThrottle reads an HTTP API's throttle from its stage.
func routeThrottle(d *door) Cell {
	for _, s := range d.of("AWS::ApiGatewayV2::Stage") {
		if rate, ok := s.Number("DefaultRouteSettings", "ThrottlingRateLimit"); ok {
			return d.throttle(rate, at(s, "DefaultRouteSettings", "ThrottlingRateLimit"))
		}
	}
	return d.accountThrottle()
}

// methodThrottle reads a REST API's throttle from its stage.
func methodThrottle(d *door) Cell {
	for _, s := range d.of("AWS::ApiGateway::Stage") {
		if rate, ok := s.Number("MethodSettings", "ThrottlingRateLimit"); ok {
			return d.throttle(rate, at(s, "MethodSettings", "ThrottlingRateLimit"))
		}
	}
	return d.accountThrottle()
}

func (d *door) throttle(rate float64, e evidence.Item) Cell {
	_, account := d.quota("api-gateway/requests")
	return Cell{Mark: Yes, Text: number(rate) + "/s", Evidence: append([]evidence.Item{e}, account...)}
}

func (d *door) accountThrottle() Cell {
	return limited(Yes, "api-gateway/requests", "the account's %s only")(d)
}

func usagePlan(d *door) (string, evidence.Item, bool) {
	p := d.one("AWS::ApiGateway::UsagePlan")
	if p == nil {
		return "", evidence.Item{}, false
	}
	if rate, ok := p.Number("Throttle", "RateLimit"); ok {
		return "usage plan, " + number(rate) + "/s a key", at(p, "Throttle", "RateLimit"), true
	}
	return "usage plan", evidence.Template(p.Path(), "a usage plan"), true
}

func validator(d *door) (string, evidence.Item, bool) {
	for _, m := range d.of("AWS::ApiGateway::Method") {
		if m.Get("RequestModels") != nil && m.Get("RequestValidatorId") != nil {
			return "against the model's schemas", at(m, "RequestValidatorId"), true
		}
	}
	if v := d.one("AWS::ApiGateway::RequestValidator"); v != nil {
		return "parameters", evidence.Template(v.Path(), "a request validator"), true
	}
	return "", evidence.Item{}, false
}

func corsConfiguration(d *door) Cell {
	if d.main.Get("CorsConfiguration") == nil {
		return Cell{Mark: No, Text: "off"}
	}
	return Cell{Mark: Yes, Text: "by itself", Evidence: []evidence.Item{at(d.main, "CorsConfiguration", "AllowOrigins")}}
}

func optionsMethods(d *door) Cell {
	for _, m := range d.of("AWS::ApiGateway::Method") {
		if m.Text("HttpMethod") == "OPTIONS" {
			return Cell{Mark: Yes, Text: "with OPTIONS methods", Evidence: []evidence.Item{at(m, "HttpMethod")}}
		}
	}
	return Cell{Mark: No, Text: "off"}
}

func resourcePolicy(d *door) (string, evidence.Item, bool) {
	policy := d.main.Get("Policy")
	if policy == nil {
		return "", evidence.Item{}, false
	}
	if !strings.Contains(fmt.Sprint(policy), "aws:SourceIp") {
		return "", evidence.Item{}, false // a policy that names no address lists none
	}
	return "resource policy", at(d.main, "Policy", "Version"), true
}

// timeout reads how long a door waits, and how long it could.
func timeout(kind string, property []string, quota string) answer {
	return func(d *door) Cell {
		figure, e := d.quota(quota)
		longest := 0.0
		for _, r := range d.of(kind) {
			if ms, ok := r.Number(property...); ok && ms >= longest {
				longest = ms
				e = append([]evidence.Item{at(r, property...)}, e[len(e)-1])
			}
		}
		if longest == 0 {
			return Cell{Mark: Yes, Text: figure, Evidence: e}
		}
		return Cell{Mark: Yes, Text: fmt.Sprintf("%s s, at most %s", number(longest/1000), figure), Evidence: e}
	}
}

// payload is the smaller of what the door and the function behind it take.
func payload(quota string) answer {
	return func(d *door) Cell {
		figure, e := d.quota(quota)
		if _, ok := d.servedByFunction(); ok {
			function, fe := d.quota("lambda/payload")
			return Cell{Mark: Yes, Text: function + " to the function, " + figure + " at the door", Evidence: append(e, fe...)}
		}
		return Cell{Mark: Yes, Text: figure, Evidence: e}
	}
}

func cache(d *door) (string, evidence.Item, bool) {
	for _, s := range d.of("AWS::ApiGateway::Stage") {
		if s.Flag("CacheClusterEnabled") {
			return s.Text("CacheClusterSize") + " GB", at(s, "CacheClusterEnabled"), true
		}
	}
	return "", evidence.Item{}, false
}

func stageLogs(kind, property string) answer {
	return func(d *door) Cell {
		for _, s := range d.of(kind) {
			if s.Get(property, "DestinationArn") != nil {
				return Cell{Mark: Yes, Text: "to CloudWatch Logs", Evidence: []evidence.Item{at(s, property, "DestinationArn")}}
			}
		}
		return Cell{Mark: No, Text: "off"}
	}
}

func tracing(d *door) (string, evidence.Item, bool) {
	for _, s := range d.of("AWS::ApiGateway::Stage") {
		if s.Flag("TracingEnabled") {
			return "on", at(s, "TracingEnabled"), true
		}
	}
	return "", evidence.Item{}, false
}

// directServices names the services that a REST API calls without code between.
func directServices(d *door) Cell {
	c := Cell{Mark: Offered, Text: "offered"}
	var services []string
	for _, m := range d.of("AWS::ApiGateway::Method") {
		if service := assembly.DirectService(m); service != "" && !slices.Contains(services, service) {
			services = append(services, service)
			c.Evidence = append(c.Evidence, evidence.Template(m.Path("Integration", "Uri"), "an integration with "+service))
		}
	}
	if len(services) > 0 {
		c.Mark, c.Text = Yes, strings.Join(services, ", ")
	}
	return c
}

// ownDomain finds the domain under which a REST API asks for certificates.
func ownDomain(d *door) (string, evidence.Item, bool) {
	for _, m := range d.of("AWS::ApiGateway::BasePathMapping") {
		for _, n := range d.stack.Mentions(m, "DomainName") {
			if n.Get("MutualTlsAuthentication") != nil {
				return "asked for", at(n, "MutualTlsAuthentication", "TruststoreUri"), true
			}
		}
	}
	return "", evidence.Item{}, false
}

// canary finds the share of a stage that goes elsewhere.
func canary(d *door) (string, evidence.Item, bool) {
	for _, s := range d.of("AWS::ApiGateway::Stage") {
		if share, ok := s.Number("CanarySetting", "PercentTraffic"); ok {
			return number(share) + " % to the canary", at(s, "CanarySetting", "PercentTraffic"), true
		}
	}
	return "", evidence.Item{}, false
}

// socketBeside finds a WebSocket API beside the door, which is a kind of API of its
// own.
func socketBeside(d *door) Cell {
	for _, r := range d.stack.OfType("AWS::ApiGatewayV2::Api") {
		if r.Text("ProtocolType") == "WEBSOCKET" {
			return Cell{Mark: Yes, Text: "by an API beside it", Evidence: []evidence.Item{at(r, "ProtocolType")}}
		}
	}
	return Cell{Mark: No, Text: "a kind of API of its own"}
}
