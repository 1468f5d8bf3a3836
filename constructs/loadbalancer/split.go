package loadbalancer

import (
	"regexp"
	"strings"
	"time"

	elbv2 "github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/props"
)

// Split gives some of the requests to another function: those that ask for it, by a
// path or a header, or a share of the clients.
type Split struct {
	// Handler receives them. Required.
	Handler awslambda.IFunction
	// Prefix comes before the paths of requests for it, for example "/next"; the
	// handler does not see it. Header and Value are of requests for it under the
	// paths of all. Required, unless there is a Percent.
	Prefix, Header, Value string
	// Percent is how many of a hundred clients it gets. Required, unless there is a
	// Prefix.
	Percent int
	// Loyal is how long a client stays with the function it met first, from 1 second
	// to 7 days. Required with Percent.
	Loyal time.Duration
}

// forward returns the action that hands a request on, to either group by weight if
// clients are shared.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#forward-actions
func (p Props) forward(l *LoadBalancer, order int) any {
	if p.Split == nil || p.Split.Percent == 0 {
		return forward(l.Targets, order)
	}
	weighted := func(group elbv2.ApplicationTargetGroup, weight int) any {
		return &elbv2.CfnListenerRule_TargetGroupTupleProperty{TargetGroupArn: group.TargetGroupArn(), Weight: jsii.Number(weight)}
	}
	return &elbv2.CfnListenerRule_ActionProperty{
		Type:  jsii.String("forward"),
		Order: jsii.Number(order),
		ForwardConfig: &elbv2.CfnListenerRule_ForwardConfigProperty{
			TargetGroups: []any{weighted(l.Targets, 100-p.Split.Percent), weighted(l.Next, p.Split.Percent)},
			TargetGroupStickinessConfig: &elbv2.CfnListenerRule_TargetGroupStickinessConfigProperty{
				Enabled: jsii.Bool(true), DurationSeconds: jsii.Number(p.Split.Loyal.Seconds()),
			},
		},
	}
}

// way is a way to one handler: further conditions, what comes before each path, and
// how the path is turned into what the handler sees.
type way struct {
	targets    func(l *LoadBalancer, order int) any
	conditions []any
	prefix     string
	transforms []any
}

// ways are the ways to the handlers, those that ask for more first.
func (p Props) ways() []way {
	list := []way{{targets: p.forward}}
	if p.Split == nil || p.Split.Prefix == "" {
		return list
	}
	next := func(l *LoadBalancer, order int) any { return forward(l.Next, order) }
	return append([]way{
		{targets: next, conditions: []any{&elbv2.CfnListenerRule_RuleConditionProperty{
			Field: jsii.String("http-header"),
			HttpHeaderConfig: &elbv2.CfnListenerRule_HttpHeaderConfigProperty{
				HttpHeaderName: jsii.String(p.Split.Header), Values: jsii.Strings(p.Split.Value),
			},
		}}},
		{targets: next, prefix: p.Split.Prefix, transforms: []any{&elbv2.CfnListenerRule_TransformProperty{
			Type: jsii.String("url-rewrite"),
			UrlRewriteConfig: &elbv2.CfnListenerRule_RewriteConfigObjectProperty{Rewrites: []any{&elbv2.CfnListenerRule_RewriteConfigProperty{
				Regex: jsii.String("^" + regexp.QuoteMeta(p.Split.Prefix) + "(/.*)$"), Replace: jsii.String("$1"),
			}}},
		}}},
	}, list...)
}

// under returns patterns of paths with a prefix.
func (w way) under(patterns []string) []string {
	list := make([]string, len(patterns))
	for i, pattern := range patterns {
		list[i] = "^" + regexp.QuoteMeta(w.prefix) + strings.TrimPrefix(pattern, "^")
	}
	return list
}

func (s Split) check(found *props.Problems) {
	found.Required(s.Handler != nil, "Split.Handler")
	found.Check((s.Prefix == "") != (s.Percent == 0), "Split", "give a Prefix or a Percent, and not both")
	if s.Prefix != "" {
		found.Check(strings.HasPrefix(s.Prefix, "/") && !strings.HasSuffix(s.Prefix, "/"), "Split.Prefix", "%q is not a path such as /next", s.Prefix)
		found.Required(s.Header != "" && s.Value != "", "Split.Header")
		return
	}
	found.Check(s.Percent > 0 && s.Percent < 100, "Split.Percent", "%d is not from 1 to 99", s.Percent)
	found.Check(s.Loyal >= time.Second && s.Loyal <= 7*24*time.Hour, "Split.Loyal", "%v is not from 1s to 168h", s.Loyal)
}
