package app

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/difference"
)

// apiSettings are what the function that answers finds in its environment.
func apiSettings(t *testing.T, stack string) map[string]any {
	t.Helper()
	for id, r := range resources(templates[stack]) {
		if r["Type"] == "AWS::Lambda::Function" && strings.HasPrefix(id, "Api") {
			return r["Properties"].(map[string]any)["Environment"].(map[string]any)["Variables"].(map[string]any)
		}
	}
	t.Fatalf("%s has no function that answers", stack)
	return nil
}

// TestReadHeavy wants a cache that nobody reaches but the service, by role and over
// TLS, and public queries answered at the edge for as long as the service says.
func TestReadHeavy(t *testing.T) {
	const name = "AccessPattern-ReadHeavy"
	settings := apiSettings(t, name)
	for variable, want := range map[string]string{
		"CACHE_SECONDS": `"30"`, "EDGE_SECONDS": `"10"`, "CACHE_ENDPOINT": "Endpoint.Address", "CACHE_USER": "CacheUser", "CACHE_NAME": "Cache",
	} {
		if got := text(t, settings[variable]); !strings.Contains(got, want) {
			t.Errorf("%s is %s, want %s in it", variable, got, want)
		}
	}
	if users := ofType(templates[name], "AWS::ElastiCache::User"); len(users) != 1 || !strings.Contains(text(t, users[0]["AuthenticationMode"]), "iam") {
		t.Errorf("users of the cache: %v", users)
	}
	for _, rule := range ofType(templates[name], "AWS::EC2::SecurityGroupIngress") {
		if rule["CidrIp"] != nil || !strings.Contains(text(t, rule["SourceSecurityGroupId"]), "Api") {
			t.Errorf("the cache lets in %v", rule)
		}
	}
	for _, kind := range []string{"AWS::EC2::NatGateway", "AWS::EC2::EIP"} {
		if got := ofType(templates[name], kind); len(got) > 0 {
			t.Errorf("a way out: %d × %s", len(got), kind)
		}
	}
	var paths []string
	for _, d := range ofType(templates[name], "AWS::CloudFront::Distribution") {
		config := d["DistributionConfig"].(map[string]any)
		behaviors, _ := config["CacheBehaviors"].([]any)
		for _, b := range behaviors {
			b := b.(map[string]any)
			paths = append(paths, b["PathPattern"].(string))
			if methods := text(t, b["AllowedMethods"]); strings.Contains(methods, "POST") || b["ViewerProtocolPolicy"] != "redirect-to-https" {
				t.Errorf("%s takes %s by %s", b["PathPattern"], methods, b["ViewerProtocolPolicy"])
			}
		}
		if config["CustomErrorResponses"] != nil {
			t.Error("error pages would answer for the API")
		}
	}
	if !slices.Equal(paths, []string{"/dinners", "/dinners/*"}) {
		t.Errorf("answered at the edge: %v", paths)
	}
	for _, policy := range ofType(templates[name], "AWS::CloudFront::CachePolicy") {
		config := policy["CachePolicyConfig"].(map[string]any)
		if config["MaxTTL"] != 10.0 || config["MinTTL"] != 0.0 {
			t.Errorf("kept for %v to %v s", config["MinTTL"], config["MaxTTL"])
		}
		if key := text(t, config["ParametersInCacheKeyAndForwardedToOrigin"]); strings.Contains(key, "Authorization") || !strings.Contains(key, `"Origin"`) {
			t.Errorf("keyed by %s", key)
		}
	}
}

// TestPlacementIsOneSetting wants the two placements by the client to differ in what
// the program is told and in nothing else; lambdas/ring shows what that changes.
func TestPlacementIsOneSetting(t *testing.T) {
	const consistent, modulo = "CachePlacement-ConsistentHash", "CachePlacement-Modulo"
	d := difference.Of(templates[consistent], templates[modulo])
	if len(d.Added)+len(d.Removed) > 0 || len(d.Changed) != 1 || !strings.HasSuffix(d.Changed[0].Path, "CACHE_PLACEMENT") {
		t.Errorf("they differ: added %v, removed %v, changed %v", d.Added, d.Removed, d.Changed)
	}
	for name, want := range map[string]string{consistent: "consistent-hash", modulo: "modulo"} {
		settings := apiSettings(t, name)
		if settings["CACHE_PLACEMENT"] != want || settings["CACHE_NODES"] == nil || settings["CACHE_ENDPOINT"] != nil {
			t.Errorf("%s: placed by %v on %v", name, settings["CACHE_PLACEMENT"], settings["CACHE_NODES"])
		}
		nodes := ofType(templates[name], "AWS::ElastiCache::CacheCluster")
		if len(nodes) != 1 || nodes[0]["TransitEncryptionEnabled"] != true || nodes[0]["NumCacheNodes"].(float64) < 2 {
			t.Errorf("%s: nodes %v", name, nodes)
		}
		if got := ofType(templates[name], "AWS::ElastiCache::ServerlessCache"); len(got) > 0 {
			t.Errorf("%s: a serverless cache besides", name)
		}
	}
}
