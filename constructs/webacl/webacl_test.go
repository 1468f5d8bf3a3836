package webacl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/webacl"
)

var (
	template *synth.Template
	refused  string // what New says about a web ACL for distributions in eu-west-1
)

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Perimeters", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		webacl.New(stack, "Plain", webacl.Props{RateLimit: 500, LogKey: telemetry})
		full := webacl.New(stack, "Full", webacl.Props{
			RateLimit:      100,
			AllowCIDRs:     []string{"198.51.100.0/24", "2001:db8::/32"},
			DenyCIDRs:      []string{"198.51.100.7/32"},
			AllowCountries: []string{"IE", "DE"},
			DenyCountries:  []string{"KP"},
			LargeBodies:    true,
			LogKey:         telemetry,
			Sandbox:        true,
		})
		webacl.New(stack, "Silent", webacl.Props{RateLimit: 500, NoLog: true, AllowCIDRs: []string{"198.51.100.0/24"}})
		full.Guard(stack, "Guard", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/b")
		func() {
			defer func() { refused = fmt.Sprint(recover()) }()
			webacl.New(stack, "Edge", webacl.Props{Scope: webacl.CloudFront, RateLimit: 500, LogKey: telemetry})
		}()
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("FrontDoor-Alb"), nil)
	acl := webacl.New(stack, "Perimeter", webacl.Props{
		RateLimit:     1000,
		DenyCountries: []string{"KP"},
		LogKey:        keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"}),
	})
	acl.Guard(stack, "Guard", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front-door/0123456789abcdef")
}

func acl(t *testing.T, id string) synth.Resource {
	t.Helper()
	for _, r := range template.OfType("AWS::WAFv2::WebACL") {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("no web ACL %s", id)
	return synth.Resource{}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		t.Error(problem)
	}
}

func TestRules(t *testing.T) {
	managed := "AWSManagedRulesAmazonIpReputationList AWSManagedRulesKnownBadInputsRuleSet AWSManagedRulesCommonRuleSet"
	for id, want := range map[string]string{
		"Plain":  "TooManyRequests " + managed,
		"Full":   "DeniedAddresses DeniedCountries OtherPlaces TooManyRequests " + managed,
		"Silent": "OtherAddresses TooManyRequests " + managed,
	} {
		var names []string
		for i, r := range acl(t, id).Properties.At("Rules").List() {
			name := r.At("Name").String()
			names = append(names, name)
			if r.At("Priority").Value != float64(i) {
				t.Errorf("%s: %s is asked at %s, not at %d", id, name, r.At("Priority"), i)
			}
			// A managed group acts as its own rules say; every other rule blocks.
			if strings.HasPrefix(name, "AWSManaged") {
				if r.At("OverrideAction").String() != `{"None":{}}` {
					t.Errorf("%s: %s does %s", id, name, r.At("OverrideAction"))
				}
			} else if r.At("Action", "Block").Value == nil {
				t.Errorf("%s: %s does not block: %s", id, name, r.At("Action"))
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: rules %s\nwant %s", id, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	rule := acl(t, "Plain").Properties.At("Rules", 0)
	if got := rule.At("Statement", "RateBasedStatement").String(); got != `{"AggregateKeyType":"IP","EvaluationWindowSec":300,"Limit":500}` {
		t.Errorf("limits %s", got)
	}
	if got := rule.At("Action", "Block", "CustomResponse", "ResponseCode").Value; got != 429.0 {
		t.Errorf("answers %v", got)
	}
}

func TestLists(t *testing.T) {
	rules := acl(t, "Full").Properties.At("Rules")
	for i, want := range []string{
		`{"IPSetReferenceStatement":{"Arn":{"Fn::GetAtt":["FullDeniedIPV4`,
		`{"GeoMatchStatement":{"CountryCodes":["KP"]}}`,
		`{"NotStatement":{"Statement":{"OrStatement":{"Statements":[{"GeoMatchStatement":{"CountryCodes":["IE","DE"]}},{"OrStatement":{"Statements":[{"IPSetReferenceStatement":{"Arn":{"Fn::GetAtt":["FullAllowedIPV4`,
	} {
		if got := rules.At(i, "Statement").String(); !strings.HasPrefix(got, want) {
			t.Errorf("rule %d looks for %s, want %s…", i, got, want)
		}
	}
	for _, set := range template.OfType("AWS::WAFv2::IPSet") {
		six := strings.Contains(set.Properties.At("Addresses").String(), ":")
		if version := set.Properties.At("IPAddressVersion").Value; six != (version == "IPV6") {
			t.Errorf("%s: %s as %v", set.ID, set.Properties.At("Addresses"), version)
		}
	}
}

func TestLargeBodies(t *testing.T) {
	const at = 6 // the common rules
	common := acl(t, "Full").Properties.At("Rules", at, "Statement", "ManagedRuleGroupStatement")
	if got := common.At("RuleActionOverrides").String(); got != `[{"ActionToUse":{"Count":{}},"Name":"SizeRestrictions_BODY"}]` {
		t.Errorf("overrides %s", got)
	}
	if text := acl(t, "Plain").Properties.At("Rules").String(); strings.Contains(text, "RuleActionOverrides") {
		t.Errorf("a rule is weakened without being asked: %s", text)
	}
}

// TestLog wants what was blocked, without tokens, under a name that AWS WAF takes
// and that no other deployment has.
func TestLog(t *testing.T) {
	for _, log := range template.OfType("AWS::Logs::LogGroup") {
		name := log.Properties.At("LogGroupName").String()
		if !strings.HasPrefix(name, `{"Fn::Join":["",["aws-waf-logs-",`) || !strings.Contains(name, "AWS::StackId") {
			t.Errorf("%s is named %s", log.ID, name)
		}
	}
	for _, r := range template.OfType("AWS::WAFv2::LoggingConfiguration") {
		if got := r.Properties.At("LoggingFilter", "DefaultBehavior").Value; got != "DROP" {
			t.Errorf("%s keeps everything: %v", r.ID, got)
		}
		for _, header := range []string{"authorization", "cookie"} {
			if !strings.Contains(r.Properties.At("RedactedFields").String(), header) {
				t.Errorf("%s keeps the header %s", r.ID, header)
			}
		}
	}
}

// TestNoLog wants nothing about requests to rest where it may not.
func TestNoLog(t *testing.T) {
	silent := acl(t, "Silent")
	if text := silent.Properties.String(); strings.Contains(text, `"SampledRequestsEnabled":true`) {
		t.Errorf("keeps samples: %s", text)
	}
	for _, kind := range []string{"AWS::WAFv2::LoggingConfiguration", "AWS::Logs::LogGroup"} {
		for _, r := range template.OfType(kind) {
			if strings.HasPrefix(r.ID, "Silent") {
				t.Errorf("keeps a log: %s", r.ID)
			}
		}
	}
}

func TestRole(t *testing.T) {
	if name, _ := acl(t, "Plain").Role(); name != "perimeter" {
		t.Errorf("annotated %q", name)
	}
}

func TestCloudFrontElsewhere(t *testing.T) {
	if want := "webacl Edge: Scope: CLOUDFRONT is for stacks in us-east-1, and this one is in eu-west-1"; refused != want {
		t.Errorf("New says %q, want %q", refused, want)
	}
}

func TestValidate(t *testing.T) {
	err := webacl.Props{
		Scope: "GLOBAL", RateLimit: 9, AllowCIDRs: []string{"0.0.0.0/0"}, DenyCIDRs: []string{"192.0.2.1"},
		AllowCountries: []string{"Ireland"}, DenyCountries: []string{"ie"}, LogDays: -1,
	}.Validate()
	for _, want := range []string{
		`Scope: "GLOBAL"`, "RateLimit: 9", `AllowCIDRs[0]: "0.0.0.0/0" is every`, `DenyCIDRs[0]: "192.0.2.1"`,
		`AllowCountries[0]: "Ireland"`, `DenyCountries[0]: "ie"`, "LogKey: missing", "LogDays: -1",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
