package app

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"fulcrum/design"
	"fulcrum/design/role"
)

// TestNumbersComeFromTheDesign reads figures of the design back from every
// template.
func TestNumbersComeFromTheDesign(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	peak := d.Load(design.Peak)
	for _, stack := range systems() {
		all := resources(templates[stack.Name])
		seen := map[string]int{}
		want := func(what string, got any, figure float64) {
			t.Helper()
			seen[what]++
			if n, ok := got.(float64); !ok || math.Abs(n-figure) > 1e-9 {
				t.Errorf("%s: %s is %v, want %v of the design", stack.Name, what, got, figure)
			}
		}
		for id, r := range all {
			p, _ := r["Properties"].(map[string]any)
			switch {
			case r["Type"] == "AWS::Logs::LogGroup":
				want("log retention", p["RetentionInDays"], float64(d.DataClass(design.Telemetry).RetentionDays))
			case r["Type"] == "AWS::Events::Archive":
				want("archive retention", p["RetentionDays"], float64(d.DataClass(design.Events).RetentionDays))
			case strings.HasPrefix(id, "ServiceLevelsP95"):
				want("p95", p["Threshold"], d.ServiceLevels.P95Ms/unit(stack))
			case strings.HasPrefix(id, "ServiceLevelsP99"):
				want("p99", p["Threshold"], d.ServiceLevels.P99Ms/unit(stack))
			case r["Type"] == "AWS::ApiGatewayV2::Stage" && !strings.HasPrefix(id, "Realtime"):
				settings, _ := p["DefaultRouteSettings"].(map[string]any)
				want("throttle", settings["ThrottlingRateLimit"], math.Ceil(1.5*peak.PeakRPS))
			case r["Type"] == "AWS::WAFv2::WebACL":
				want("address limit", rateLimit(p), math.Ceil(3*peak.PeakRPS))
			}
		}
		for _, what := range []string{"log retention", "archive retention", "p95", "p99"} {
			if seen[what] == 0 {
				t.Errorf("%s: no %s", stack.Name, what)
			}
		}
	}
}

// unit is what a front door's latency is measured in, in milliseconds.
func unit(s Stack) float64 {
	if s.Blueprint["front-door"] == "alb" {
		return 1000
	}
	return 1
}

// rateLimit returns the limit of the web ACL's rate-based rule.
func rateLimit(acl map[string]any) any {
	rules, _ := acl["Rules"].([]any)
	for _, rule := range rules {
		r, _ := rule.(map[string]any)
		statement, _ := r["Statement"].(map[string]any)
		if rate, ok := statement["RateBasedStatement"].(map[string]any); ok {
			return rate["Limit"]
		}
	}
	return nil
}

// TestDataClassesAreTags wants whoever sees a store in the account to see what kind
// of data it keeps.
func TestDataClassesAreTags(t *testing.T) {
	untaggable := map[any]bool{"AWS::Events::Archive": true}
	for _, stack := range systems() {
		seen := 0
		for id, r := range resources(templates[stack.Name]) {
			metadata, _ := r["Metadata"].(map[string]any)
			about, _ := metadata[role.MetadataKey].(map[string]any)
			class, keeps := about["data-class"].(string)
			if !keeps || untaggable[r["Type"]] {
				continue
			}
			seen++
			text, err := json.Marshal(r["Properties"])
			if err != nil {
				t.Fatal(err)
			}
			list, object := `{"Key":"data-class","Value":"`+class+`"}`, `"data-class":"`+class+`"`
			if !strings.Contains(string(text), list) && !strings.Contains(string(text), object) {
				t.Errorf("%s: %s keeps %s and has no tag that says so", stack.Name, id, class)
			}
		}
		if seen < 15 {
			t.Errorf("%s: only %d resources name a data class", stack.Name, seen)
		}
	}
}
