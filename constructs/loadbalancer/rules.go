package loadbalancer

import (
	"regexp"
	"slices"
	"strconv"

	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/route"
)

// Quotas of rules.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
const (
	maxRules    = 100 // of a load balancer; can be raised
	maxPaths    = 3   // of a condition
	maxPattern  = 128 // characters of a path
	maxClaims   = 10  // values of a claim
	maxClaimLen = 256 // characters of a value, of an issuer and of a URL of keys
)

// rule is a listener rule: routes alike in method and protection.
type rule struct {
	method    string
	scope     string // empty for public routes
	variables int    // segments that vary
	paths     []string
}

// rules groups routes into as few listener rules as quotas allow, the ones with
// fewer variable segments first: of "/me" and "/{name}", both of which "/me"
// matches, the first must be asked first.
func rules(routes []route.Route) []rule {
	var list []rule
	for _, r := range routes {
		next := rule{method: r.Method, scope: r.Scope}
		pattern := "^"
		for _, segment := range r.Segments() {
			if _, ok := route.Variable(segment); ok {
				next.variables++
				pattern += "/[^/]+"
				continue
			}
			pattern += "/" + regexp.QuoteMeta(segment)
		}
		if pattern == "^" {
			pattern = "^/"
		}
		pattern += "$"
		at := slices.IndexFunc(list, func(have rule) bool {
			return have.method == next.method && have.scope == next.scope && have.variables == next.variables && len(have.paths) < maxPaths
		})
		if at < 0 {
			list = append(list, next)
			at = len(list) - 1
		}
		list[at].paths = append(list[at].paths, pattern)
	}
	slices.SortStableFunc(list, func(a, b rule) int { return a.variables - b.variables })
	return list
}

func addRules(scope constructs.Construct, l *LoadBalancer, p Props) {
	scope = constructs.NewConstruct(scope, jsii.String("Rules"))
	priority := 0
	add := func(conditions, actions, transforms []any) {
		priority++
		defined := elbv2.NewCfnListenerRule(scope, jsii.String(strconv.Itoa(priority)), &elbv2.CfnListenerRuleProps{
			ListenerArn: l.HTTPS.ListenerArn(),
			Priority:    jsii.Number(priority),
			Conditions:  conditions,
			Actions:     actions,
			Transforms:  optional(transforms),
		})
		// Opens the security group to servers, and lets them wait for the rule.
		l.Targets.RegisterListener(l.HTTPS, defined)
	}
	ways := p.ways()
	if p.CORS {
		for _, w := range ways {
			conditions := []any{methodIs("OPTIONS")}
			if w.prefix != "" {
				conditions = append(conditions, pathIs(w.under([]string{"^/.*$"})))
			}
			if len(w.conditions) == 0 { // a preflight has none of the headers it asks for
				add(conditions, []any{w.targets(l, 1)}, w.transforms)
			}
		}
	}
	for _, r := range rules(p.Routes) {
		for _, w := range ways {
			conditions := append([]any{methodIs(r.method), pathIs(w.under(r.paths))}, w.conditions...)
			if r.scope == "" {
				add(conditions, []any{w.targets(l, 1)}, w.transforms)
				continue
			}
			add(conditions, []any{p.verify(r.scope), w.targets(l, 2)}, w.transforms)
		}
	}
}

// optional is a list, or nothing if it is empty.
func optional(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

func pathIs(patterns []string) any {
	return &elbv2.CfnListenerRule_RuleConditionProperty{
		Field:             jsii.String("path-pattern"),
		PathPatternConfig: &elbv2.CfnListenerRule_PathPatternConfigProperty{RegexValues: jsii.Strings(patterns...)},
	}
}

func methodIs(method string) any {
	return &elbv2.CfnListenerRule_RuleConditionProperty{
		Field:                   jsii.String("http-request-method"),
		HttpRequestMethodConfig: &elbv2.CfnListenerRule_HttpRequestMethodConfigProperty{Values: jsii.Strings(method)},
	}
}

func forward(targets elbv2.ApplicationTargetGroup, order int) any {
	return &elbv2.CfnListenerRule_ActionProperty{
		Type:           jsii.String("forward"),
		Order:          jsii.Number(order),
		TargetGroupArn: targets.TargetGroupArn(),
	}
}

// verify returns the action that lets through tokens of the issuer that hold
// scope and, if clients are named, were issued to one of them.
func (p Props) verify(scope string) any {
	claims := []any{&elbv2.CfnListenerRule_JwtValidationActionAdditionalClaimProperty{
		Format: jsii.String("space-separated-values"),
		Name:   jsii.String("scope"),
		Values: jsii.Strings(scope),
	}}
	if len(p.Clients) > 0 {
		claims = append(claims, &elbv2.CfnListenerRule_JwtValidationActionAdditionalClaimProperty{
			Format: jsii.String("single-string"),
			Name:   jsii.String("client_id"),
			Values: jsii.Strings(p.Clients...),
		})
	}
	return &elbv2.CfnListenerRule_ActionProperty{
		Type:  jsii.String("jwt-validation"),
		Order: jsii.Number(1),
		JwtValidationConfig: &elbv2.CfnListenerRule_JwtValidationConfigProperty{
			Issuer:           jsii.String(p.Issuer),
			JwksEndpoint:     jsii.String(p.JWKS),
			AdditionalClaims: claims,
		},
	}
}
