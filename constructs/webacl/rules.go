package webacl

import (
	"net/netip"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/js"
)

const commonRules = "AWSManagedRulesCommonRuleSet"

// managed are AWS's own rule groups. They take 25, 200 and 700 WCU.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
var managed = []string{"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", commonRules}

type statement = awswafv2.CfnWebACL_StatementProperty

// rules returns the rules in the order in which they are asked: cheap and certain
// ones first. Together they take less than the 1,500 WCU that are in a web ACL's
// price: the managed groups 925, the rate 2, a list of addresses 1 for each version
// of IP, a list of countries 1.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
func (p Props) rules(scope constructs.Construct) []any {
	var rules []any
	add := func(name string, look *statement, rule awswafv2.CfnWebACL_RuleProperty) {
		rule.Name = jsii.String(name)
		rule.Priority = jsii.Number(len(rules))
		rule.Statement = look
		rule.VisibilityConfig = p.visible(name)
		rules = append(rules, &rule)
	}
	block := awswafv2.CfnWebACL_RuleProperty{Action: &awswafv2.CfnWebACL_RuleActionProperty{Block: &awswafv2.CfnWebACL_BlockActionProperty{}}}

	if len(p.DenyCIDRs) > 0 {
		add("DeniedAddresses", p.from(scope, "Denied", p.DenyCIDRs), block)
	}
	if len(p.DenyCountries) > 0 {
		add("DeniedCountries", in(p.DenyCountries), block)
	}
	switch {
	case len(p.AllowCIDRs) > 0 && len(p.AllowCountries) > 0:
		// One rule, for each of two would keep out whom the other lets in.
		add("OtherPlaces", not(either(in(p.AllowCountries), p.from(scope, "Allowed", p.AllowCIDRs))), block)
	case len(p.AllowCIDRs) > 0:
		add("OtherAddresses", not(p.from(scope, "Allowed", p.AllowCIDRs)), block)
	case len(p.AllowCountries) > 0:
		add("OtherCountries", not(in(p.AllowCountries)), block)
	}
	add("TooManyRequests", &statement{RateBasedStatement: &awswafv2.CfnWebACL_RateBasedStatementProperty{
		AggregateKeyType:    jsii.String("IP"),
		EvaluationWindowSec: jsii.Number(window.Seconds()),
		Limit:               jsii.Number(p.RateLimit),
	}}, slowDown)
	for _, name := range managed {
		look := &awswafv2.CfnWebACL_ManagedRuleGroupStatementProperty{VendorName: jsii.String("AWS"), Name: jsii.String(name)}
		if name == commonRules && p.LargeBodies {
			look.RuleActionOverrides = []any{&awswafv2.CfnWebACL_RuleActionOverrideProperty{
				Name:        jsii.String("SizeRestrictions_BODY"),
				ActionToUse: &awswafv2.CfnWebACL_RuleActionProperty{Count: map[string]any{}},
			}}
		}
		add(name, &statement{ManagedRuleGroupStatement: look}, awswafv2.CfnWebACL_RuleProperty{OverrideAction: &awswafv2.CfnWebACL_OverrideActionProperty{None: map[string]any{}}})
	}
	return rules
}

// window is the time over which an address's requests are counted.
const window = 5 * time.Minute

// slowDown answers an address over the limit as a throttle would.
var slowDown = awswafv2.CfnWebACL_RuleProperty{Action: &awswafv2.CfnWebACL_RuleActionProperty{
	Block: &awswafv2.CfnWebACL_BlockActionProperty{CustomResponse: &awswafv2.CfnWebACL_CustomResponseProperty{
		ResponseCode: jsii.Number(429),
		ResponseHeaders: []any{&awswafv2.CfnWebACL_CustomHTTPHeaderProperty{
			Name: jsii.String("retry-after"), Value: jsii.String("300"),
		}},
	}},
}}

// from returns the statement that a request comes from one of the ranges. A set
// of addresses holds one version of IP only.
func (p Props) from(scope constructs.Construct, id string, cidrs []string) *statement {
	byVersion := map[string][]string{}
	for _, cidr := range cidrs {
		version := "IPV4"
		if netip.MustParsePrefix(cidr).Addr().Is6() {
			version = "IPV6"
		}
		byVersion[version] = append(byVersion[version], cidr)
	}
	var each []*statement
	sets := constructs.NewConstruct(scope, jsii.String(id))
	for _, version := range []string{"IPV4", "IPV6"} {
		if list := byVersion[version]; len(list) > 0 {
			set := awswafv2.NewCfnIPSet(sets, jsii.String(version), &awswafv2.CfnIPSetProps{
				Scope:            jsii.String(string(p.Scope)),
				IpAddressVersion: jsii.String(version),
				Addresses:        js.Strings(list),
			})
			each = append(each, &statement{IpSetReferenceStatement: &awswafv2.CfnWebACL_IPSetReferenceStatementProperty{Arn: set.AttrArn()}})
		}
	}
	return either(each...)
}

// either returns the statement that one of several holds.
func either(each ...*statement) *statement {
	if len(each) == 1 {
		return each[0]
	}
	return &statement{OrStatement: &awswafv2.CfnWebACL_OrStatementProperty{Statements: each}}
}

func in(countries []string) *statement {
	return &statement{GeoMatchStatement: &awswafv2.CfnWebACL_GeoMatchStatementProperty{CountryCodes: js.Strings(countries)}}
}

func not(s *statement) *statement {
	return &statement{NotStatement: &awswafv2.CfnWebACL_NotStatementProperty{Statement: s}}
}
