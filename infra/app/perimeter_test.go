package app

import (
	"strings"
	"testing"
)

// TestNobodyPassesByTheEdge wants, where a distribution is the perimeter, the code
// behind the door to be told of the secret that the distribution sends, to be
// allowed to read it, and clients to be told of the distribution alone.
func TestNobodyPassesByTheEdge(t *testing.T) {
	for _, name := range []string{"Perimeter-Waf", "Perimeter-CloudfrontGeo"} {
		all := resources(templates[name])
		var secret, distribution string
		for id, r := range all {
			if r["Type"] == "AWS::SecretsManager::Secret" {
				secret = id
			}
			if r["Type"] == "AWS::CloudFront::Distribution" && strings.HasPrefix(id, "Edge") {
				distribution = id
			}
		}
		if secret == "" || distribution == "" {
			t.Fatalf("%s: secret %q, distribution %q", name, secret, distribution)
		}
		if origin := text(t, all[distribution]["Properties"]); !strings.Contains(origin, `{{resolve:secretsmanager:",{"Ref":"`+secret+`"}`) {
			t.Errorf("%s: the distribution does not send the secret: %s", name, origin)
		}
		told, allowed := 0, 0
		for _, r := range all {
			properties := text(t, r["Properties"])
			if r["Type"] == "AWS::Lambda::Function" && strings.Contains(properties, `"ORIGIN_SECRET":{"Ref":"`+secret+`"}`) {
				told++
			}
			if r["Type"] == "AWS::IAM::Policy" && strings.Contains(properties, "secretsmanager:GetSecretValue") {
				allowed++
			}
		}
		if told != 1 || allowed != 1 {
			t.Errorf("%s: %d functions know of the secret and %d may read it, want one", name, told, allowed)
		}
		outputs, _ := templates[name]["Outputs"].(map[string]any)
		if endpoint := text(t, outputs["Endpoint"]); !strings.Contains(endpoint, distribution) {
			t.Errorf("%s: clients are told of %s", name, endpoint)
		}
	}
}

// TestWhomPerimetersLetIn reads the design's lists back from the templates.
func TestWhomPerimetersLetIn(t *testing.T) {
	for name, want := range map[string][]string{
		"Perimeter-Waf-Edge":       {`"Scope":"CLOUDFRONT"`, `"CountryCodes":["DE","FR","GB","IE"]`, `"Addresses":["203.0.113.0/24"]`, `"Addresses":["2001:db8::/32"]`, `"Limit":`},
		"Perimeter-CloudfrontGeo":  {`{"Locations":["DE","FR","GB","IE"],"RestrictionType":"whitelist"}`},
		"Perimeter-ResourcePolicy": {`"Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}},"Effect":"Deny"`},
		"Perimeter-SecurityGroup":  {`"CidrIp":"203.0.113.0/24"`},
	} {
		template := text(t, templates[name]["Resources"])
		for _, w := range want {
			if !strings.Contains(template, w) {
				t.Errorf("%s: no %s", name, w)
			}
		}
	}
	for _, r := range resources(templates["Perimeter-SecurityGroup"]) {
		if r["Type"] == "AWS::EC2::SecurityGroup" && strings.Contains(text(t, r["Properties"].(map[string]any)["SecurityGroupIngress"]), `"0.0.0.0/0"`) {
			t.Error("Perimeter-SecurityGroup lets everybody connect")
		}
	}
}

// TestTheEdgeKeepsNothingAbroad wants nothing to rest in us-east-1, where the
// design's telemetry may not.
func TestTheEdgeKeepsNothingAbroad(t *testing.T) {
	for id, r := range resources(templates["Perimeter-Waf-Edge"]) {
		kind, _ := r["Type"].(string)
		if _, keeps := keyAt[kind]; keeps || kind == "AWS::WAFv2::LoggingConfiguration" || strings.Contains(text(t, r), `"SampledRequestsEnabled":true`) {
			t.Errorf("%s keeps something of requests", id)
		}
	}
}

// TestOnlyTheListChanges wants the perimeters at the door itself to change whom they
// let in, and nothing that works.
func TestOnlyTheListChanges(t *testing.T) {
	for name, varies := range map[string]string{"Perimeter-ResourcePolicy": "FrontDoor-RestApi", "Perimeter-SecurityGroup": "FrontDoor-Alb"} {
		before, after := map[any]int{}, map[any]int{}
		for _, r := range resources(templates[varies]) {
			before[r["Type"]]++
		}
		for _, r := range resources(templates[name]) {
			after[r["Type"]]++
		}
		if len(before) != len(after) {
			t.Errorf("%s has %d types of resources, %s %d", name, len(after), varies, len(before))
		}
		for kind, n := range before {
			if after[kind] != n {
				t.Errorf("%s has %d of %v, %s %d", name, after[kind], kind, varies, n)
			}
		}
	}
}
