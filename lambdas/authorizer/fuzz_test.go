package authorizer_test

import (
	"encoding/json"
	"testing"

	"fulcrum/lambdas/authorizer"
	"fulcrum/lambdas/token/tokentest"
)

// FuzzRequest feeds the function whatever an API may ask: it allows a route to who shows
// the token for it, and nothing else.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"version":"2.0","routeKey":"DELETE /me","headers":{"authorization":"Bearer guest"}}`, `{"version":"2.0","routeKey":"POST /dinners","headers":{"AUTHORIZATION":"bearer guest"}}`,
		`{"httpMethod":"DELETE","resource":"/me","methodArn":"arn","headers":{"Authorization":"Bearer guest"}}`, `{"methodArn":"arn","headers":null}`,
		`{"version":"2.0","routeKey":"","headers":{"authorization":"Bearer guest"}}`, `{"version":1}`, `[]`,
		`{"version":"2.0","routeKey":"POST /dinners","headers":{"authorization":"Bearer host"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		verifier := &tokentest.Verifier{}
		a := authorizer.Authorizer{Tokens: verifier, Scopes: map[string]string{"DELETE /me": "dinner/guest", "POST /dinners": "dinner/host"}}
		raw, err := a.Invoke(t.Context(), payload)
		if err != nil {
			return
		}
		var answer struct {
			IsAuthorized   bool
			PolicyDocument struct {
				Statement []struct{ Effect, Resource string }
			}
		}
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatalf("answered %q: %v", raw, err)
		}
		allowed := answer.IsAuthorized
		for _, s := range answer.PolicyDocument.Statement {
			allowed = allowed || s.Effect != "Deny"
		}
		var request struct{ Version, RouteKey, HTTPMethod, Resource string }
		if err := json.Unmarshal(payload, &request); err != nil {
			t.Fatalf("%q was understood: %v", payload, err)
		}
		route := request.RouteKey
		if request.Version != "2.0" {
			route = request.HTTPMethod + " " + request.Resource
		}
		shown := map[string]string{"DELETE /me": tokentest.Guest, "POST /dinners": tokentest.Host}[route]
		if allowed && (shown == "" || !verifier.WasAsked(shown)) {
			t.Errorf("%s allows %q: %s", payload, route, raw)
		}
	})
}
