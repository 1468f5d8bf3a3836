package app

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/difference"
)

// byID returns the resources of a type in a stack, by id.
func byID(stack, kind string) map[string]map[string]any {
	found := map[string]map[string]any{}
	for id, r := range resources(templates[stack]) {
		if r["Type"] == kind {
			found[id], _ = r["Properties"].(map[string]any)
		}
	}
	return found
}

// TestEveryProtectedRouteIsVerified wants the same routes protected under each
// option, each by what the option stands for, and the public ones open.
func TestEveryProtectedRouteIsVerified(t *testing.T) {
	http := map[string]string{"Baseline": "JWT", "Identity-LambdaAuthorizer": "CUSTOM", "Identity-Iam": "AWS_IAM"}
	for stack, want := range http {
		seen := map[string]int{}
		for _, r := range byID(stack, "AWS::ApiGatewayV2::Route") {
			kind, _ := r["AuthorizationType"].(string)
			seen[kind]++
			if scopes := jsonText(r["AuthorizationScopes"]); kind == want && (scopes != "null") != (want == "JWT") {
				t.Errorf("%s: %v asks for scopes %s", stack, r["RouteKey"], scopes)
			}
		}
		if seen[want] != 7 || seen["NONE"] != 3 || len(seen) != 2 {
			t.Errorf("%s: routes by authorization %v", stack, seen)
		}
	}
	verified := 0
	for _, m := range byID("FrontDoor-RestApi", "AWS::ApiGateway::Method") {
		if m["AuthorizationType"] == "COGNITO_USER_POOLS" && jsonText(m["AuthorizationScopes"]) != "null" {
			verified++
		}
	}
	if verified != 7 {
		t.Errorf("FrontDoor-RestApi verifies %d methods", verified)
	}
	for _, stack := range []string{"FrontDoor-Alb", "Identity-Mtls"} {
		verified = 0
		for _, r := range byID(stack, "AWS::ElasticLoadBalancingV2::ListenerRule") {
			if strings.Contains(jsonText(r["Actions"]), "jwt-validation") {
				verified++
			}
		}
		if verified == 0 {
			t.Errorf("%s verifies no token", stack)
		}
	}
}

// TestLambdaAuthorizer wants an answer to be kept for the token and the route it is
// about, and the function to know each route's scope.
func TestLambdaAuthorizer(t *testing.T) {
	for _, a := range byID("Identity-LambdaAuthorizer", "AWS::ApiGatewayV2::Authorizer") {
		if got := jsonText(a["IdentitySource"]); got != `["$request.header.Authorization","$context.routeKey"]` {
			t.Errorf("answers are kept by %s", got)
		}
		if a["EnableSimpleResponses"] != true || a["AuthorizerResultTtlInSeconds"] != 300.0 {
			t.Errorf("authorizer %v", a)
		}
	}
	for id, f := range byID("Identity-LambdaAuthorizer", "AWS::Lambda::Function") {
		if strings.HasPrefix(id, "Authorizer") {
			environment := jsonText(f["Environment"])
			for _, want := range []string{`POST /dinners\":\"dinner/host`, `DELETE /me\":\"dinner/guest`, "TOKEN_ISSUER", "TOKEN_CLIENTS"} {
				if !strings.Contains(environment, strings.ReplaceAll(want, `\"`, `\\\"`)) && !strings.Contains(environment, want) {
					t.Errorf("the authorizer does not know %s: %s", want, environment)
				}
			}
			return
		}
	}
	t.Error("no authorizer")
}

// TestIAM wants a policy for each scope that reaches that scope's routes and no
// wildcard beyond the paths' variables, and the service told to take principals.
func TestIAM(t *testing.T) {
	policies := byID("Identity-Iam", "AWS::IAM::ManagedPolicy")
	if len(policies) != 2 {
		t.Fatalf("%d policies, want one for guests and one for hosts", len(policies))
	}
	for id, p := range policies {
		text := jsonText(p["PolicyDocument"])
		if !strings.Contains(text, `"execute-api:Invoke"`) || strings.Contains(text, `"Resource":"*"`) || strings.Contains(text, `/*/*"`) {
			t.Errorf("%s allows %s", id, text)
		}
		if strings.Contains(id, "host") == strings.Contains(text, "/DELETE/me") {
			t.Errorf("%s allows another scope's routes: %s", id, text)
		}
	}
	for id, f := range byID("Identity-Iam", "AWS::Lambda::Function") {
		if strings.HasPrefix(id, "Api") && !strings.Contains(jsonText(f["Environment"]), `"CALLERS":"iam"`) {
			t.Errorf("%s is not told to take principals", id)
		}
	}
}

// TestMutualTLS wants a certificate asked for on the only listener that serves, and
// its key kept under a key of the account.
func TestMutualTLS(t *testing.T) {
	asked := 0
	for id, l := range byID("Identity-Mtls", "AWS::ElasticLoadBalancingV2::Listener") {
		mutual := jsonText(l["MutualAuthentication"])
		if l["Protocol"] == "HTTPS" {
			asked++
			if !strings.Contains(mutual, `"Mode":"verify"`) || !strings.Contains(mutual, `"IgnoreClientCertificateExpiry":false`) {
				t.Errorf("%s asks for %s", id, mutual)
			}
		}
	}
	if asked != 1 || len(byID("Identity-Mtls", "AWS::ElasticLoadBalancingV2::TrustStore")) != 1 {
		t.Errorf("%d listeners ask for certificates", asked)
	}
	for id, f := range byID("Identity-Mtls", "AWS::Lambda::Function") {
		if strings.HasPrefix(id, "Api") && !strings.Contains(jsonText(f["Environment"]), `"CLIENT_CERTIFICATES":"required"`) {
			t.Errorf("%s does not ask who the client is", id)
		}
	}
	d := difference.Of(templates["FrontDoor-Alb"], templates["Identity-Mtls"])
	for _, r := range slices.Concat(d.Added, d.Removed) {
		if !strings.HasPrefix(r.ID, "Clients") {
			t.Errorf("the option adds or removes %s %s", r.Type, r.ID)
		}
	}
}
