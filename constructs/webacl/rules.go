package webacl

import (
	"net/netip"

	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// managed are AWS's own rule groups, with the capacity each takes in WCU.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
var managed = []struct {
	name     string
	capacity int
}{
	{"AWSManagedRulesAmazonIpReputationList", 25},
	{"AWSManagedRulesKnownBadInputsRuleSet", 200},
	{"AWSManagedRulesCommonRuleSet", 700},
}

// statement is what a rule looks for, as CloudFormation writes it.
type statement = map[string]any

// rules returns the rules in the order in which they are asked: cheap and certain
// ones first. Together they take less than the 1,500 WCU that are in a web ACL's
// price: the managed groups 925, the rate 2, a list of addresses 1 or, negated
// for two versions, 2, a list of countries 1.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
func (p Props) rules(scope constructs.Construct) []any {
	var rules []any
	add := func(name string, look statement, action map[string]any, override map[string]any) {
		rule := map[string]any{
			"Name":             name,
			"Priority":         len(rules),
			"Statement":        look,
			"VisibilityConfig": visible(name),
		}
		if action != nil {
			rule["Action"] = action
		} else {
			rule["OverrideAction"] = override
		}
		rules = append(rules, rule)
	}
	block := map[string]any{"Block": map[string]any{}}

	if len(p.DenyCIDRs) > 0 {
		add("DeniedAddresses", p.from(scope, "Denied", p.DenyCIDRs), block, nil)
	}
	if len(p.AllowCIDRs) > 0 {
		add("OtherAddresses", not(p.from(scope, "Allowed", p.AllowCIDRs)), block, nil)
	}
	if len(p.DenyCountries) > 0 {
		add("DeniedCountries", in(p.DenyCountries), block, nil)
	}
	if len(p.AllowCountries) > 0 {
		add("OtherCountries", not(in(p.AllowCountries)), block, nil)
	}
	add("TooManyRequests", statement{"RateBasedStatement": map[string]any{
		"AggregateKeyType":    "IP",
		"EvaluationWindowSec": 300,
		"Limit":               p.RateLimit,
	}}, map[string]any{"Block": map[string]any{"CustomResponse": map[string]any{
		"ResponseCode":    429,
		"ResponseHeaders": []any{map[string]any{"Name": "retry-after", "Value": "300"}},
	}}}, nil)
	for _, group := range managed {
		add(group.name, statement{"ManagedRuleGroupStatement": map[string]any{
			"VendorName": "AWS",
			"Name":       group.name,
		}}, nil, map[string]any{"None": map[string]any{}})
	}
	return rules
}

// from returns the statement that a request comes from one of the ranges. A set
// of addresses holds one version of IP only.
func (p Props) from(scope constructs.Construct, id string, cidrs []string) statement {
	byVersion := map[string][]string{}
	for _, cidr := range cidrs {
		version := "IPV4"
		if netip.MustParsePrefix(cidr).Addr().Is6() {
			version = "IPV6"
		}
		byVersion[version] = append(byVersion[version], cidr)
	}
	var either []any
	sets := constructs.NewConstruct(scope, jsii.String(id))
	for _, version := range []string{"IPV4", "IPV6"} {
		if list := byVersion[version]; len(list) > 0 {
			set := newAddresses(sets, version, p.Scope, version, list)
			either = append(either, statement{"IPSetReferenceStatement": reference(set)})
		}
	}
	if len(either) == 1 {
		return either[0].(statement)
	}
	return statement{"OrStatement": map[string]any{"Statements": either}}
}

func reference(set awswafv2.CfnIPSet) map[string]any { return map[string]any{"Arn": set.AttrArn()} }

func in(countries []string) statement {
	return statement{"GeoMatchStatement": map[string]any{"CountryCodes": countries}}
}

func not(s statement) statement {
	return statement{"NotStatement": map[string]any{"Statement": s}}
}
