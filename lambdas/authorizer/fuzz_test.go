package authorizer_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"fulcrum/lambdas/authorizer"
	"fulcrum/lambdas/token"
)

// asked is the verifier of tokens that remembers what it was asked.
type asked struct {
	tokens
	raw []string
}

func (a *asked) Verify(ctx context.Context, raw string) (token.Claims, error) {
	a.raw = append(a.raw, raw)
	return a.tokens.Verify(ctx, raw)
}

// FuzzRequest feeds the function whatever an API may ask: it allows the one route that
// the token is for, to who shows it, and nothing else.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"version":"2.0","routeKey":"DELETE /me","headers":{"authorization":"Bearer guest"}}`, `{"version":"2.0","routeKey":"POST /dinners","headers":{"AUTHORIZATION":"bearer guest"}}`,
		`{"httpMethod":"DELETE","resource":"/me","methodArn":"arn","headers":{"Authorization":"Bearer guest"}}`, `{"methodArn":"arn","headers":null}`,
		`{"version":"2.0","routeKey":"","headers":{"authorization":"Bearer guest"}}`, `{"version":1}`, `[]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		verifier := &asked{}
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
		if allowed && (route != "DELETE /me" || !slices.Contains(verifier.raw, "guest")) {
			t.Errorf("%s allows %q: %s", payload, route, raw)
		}
	})
}
