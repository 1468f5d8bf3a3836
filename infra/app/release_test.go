package app

import (
	"strings"
	"testing"
)

// variants returns the environments of the two variants of the service, by name.
func variants(stack string) map[string]string {
	found := map[string]string{}
	for _, f := range byID(stack, "AWS::Lambda::Function") {
		environment := jsonText(f["Environment"])
		for _, name := range []string{"current", "next"} {
			if strings.Contains(environment, `"VARIANT":"`+name+`"`) {
				found[name] = environment
			}
		}
	}
	return found
}

// TestTwoVariants wants two programs that say which they are and work on the same
// tables, where two run side by side, and one program elsewhere.
func TestTwoVariants(t *testing.T) {
	for _, stack := range []string{"Release-Routes", "Release-Canary", "Release-Weighted"} {
		v := variants(stack)
		if len(v) != 2 || strings.ReplaceAll(v["next"], `"VARIANT":"next"`, `"VARIANT":"current"`) != v["current"] {
			t.Errorf("%s: variants %v", stack, v)
		}
	}
	for _, stack := range []string{"Baseline", "Release-Alias", "FrontDoor-Alb"} {
		if v := variants(stack); len(v) != 0 {
			t.Errorf("%s has variants %v", stack, v)
		}
	}
}

// TestRoutes wants the next variant to be had by a header and under a path of its
// own, with the same tokens verified, and without either the current one.
func TestRoutes(t *testing.T) {
	byHeader, byPath, protected := 0, 0, 0
	for _, r := range byID("Release-Routes", "AWS::ElasticLoadBalancingV2::ListenerRule") {
		conditions, actions := jsonText(r["Conditions"]), jsonText(r["Actions"])
		next := strings.Contains(actions, "FrontDoorNext")
		header, path := strings.Contains(conditions, `"X-Variant"`), strings.Contains(conditions, "^/next/")
		if next != (header || path) {
			t.Errorf("%s leads to %s", conditions, actions)
		}
		if header {
			byHeader++
		}
		if path {
			byPath++
			if transforms := jsonText(r["Transforms"]); !strings.Contains(transforms, `"Regex":"^/next(/.*)$"`) || !strings.Contains(transforms, `"Replace":"$1"`) {
				t.Errorf("the service sees %s", transforms)
			}
		}
		if strings.Contains(actions, "jwt-validation") {
			protected++
		}
	}
	if byHeader == 0 || byPath != byHeader+1 || protected%3 != 0 { // a preflight asks for no header
		t.Errorf("%d rules by header, %d by path, %d verify tokens", byHeader, byPath, protected)
	}
}

// TestWeighted wants a tenth of the clients to meet the next variant, and each to
// stay with the one they met.
func TestWeighted(t *testing.T) {
	for id, r := range byID("Release-Weighted", "AWS::ElasticLoadBalancingV2::ListenerRule") {
		actions := jsonText(r["Actions"])
		for _, want := range []string{`"Weight":90`, `"Weight":10`, `"TargetGroupStickinessConfig":{"DurationSeconds":86400,"Enabled":true}`} {
			if !strings.Contains(actions, want) {
				t.Errorf("%s forwards by %s, want %s", id, actions, want)
			}
		}
	}
}

// TestCanary wants the stage to send a tenth to the next variant, by a variable that
// every integration reads.
func TestCanary(t *testing.T) {
	for _, s := range byID("Release-Canary", "AWS::ApiGateway::Stage") {
		canary := jsonText(s["CanarySetting"])
		if !strings.Contains(canary, `"PercentTraffic":10`) || !strings.Contains(canary, `"handler":{"Ref":"ApiNext`) {
			t.Errorf("canary %s", canary)
		}
		if !strings.Contains(jsonText(s["Variables"]), `"handler":{"Ref":"Api`) {
			t.Errorf("variables %s", jsonText(s["Variables"]))
		}
	}
	integrations := 0
	for id, m := range byID("Release-Canary", "AWS::ApiGateway::Method") {
		if i := jsonText(m["Integration"]); strings.Contains(i, "AWS_PROXY") {
			integrations++
			if !strings.Contains(i, "function:${stageVariables.handler}/invocations") {
				t.Errorf("%s calls %s", id, i)
			}
		}
	}
	if integrations == 0 {
		t.Error("no integration")
	}
}

// TestAlias wants the front door to call the alias and nothing past it.
func TestAlias(t *testing.T) {
	for id, i := range byID("Release-Alias", "AWS::ApiGatewayV2::Integration") {
		if uri := jsonText(i["IntegrationUri"]); !strings.Contains(uri, `{"Ref":"Release`) {
			t.Errorf("%s calls %s", id, uri)
		}
	}
	if len(byID("Release-Alias", "AWS::CodeDeploy::DeploymentGroup")) != 1 {
		t.Error("nothing shifts the alias")
	}
}
