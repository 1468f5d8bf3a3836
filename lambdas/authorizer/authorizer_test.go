package authorizer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fulcrum/lambdas/authorizer"
	"fulcrum/lambdas/token"
	"fulcrum/lambdas/token/tokentest"
)

// vouching takes whoever calls for an AWS principal, for whom every scope holds.
type vouching struct{}

func (vouching) Verify(context.Context, string) (token.Claims, error) {
	return token.Claims{Subject: "AROA1", Use: token.UseIAM}, nil
}

// TestNobodysRoute wants a route without a scope to be for nobody, whatever holds for them.
func TestNobodysRoute(t *testing.T) {
	a := authorizer.Authorizer{Tokens: vouching{}, Scopes: map[string]string{"DELETE /me": "dinner/guest"}}
	for route, allowed := range map[string]bool{"DELETE /me": true, "GET /secret": false, "": false} {
		got, err := a.Invoke(t.Context(), fmt.Appendf(nil, `{"version":"2.0","routeKey":%q,"headers":{}}`, route))
		if err != nil || strings.Contains(string(got), `"isAuthorized":true`) != allowed {
			t.Errorf("%q: %s, %v", route, got, err)
		}
	}
}

// TestDecisions holds the answer in each API's form, and that what is not plainly
// allowed is refused.
func TestDecisions(t *testing.T) {
	const (
		claims = `{"sub":"ann","client_id":"web","token_use":"access","scope":"dinner/guest"}`
		arn    = "arn:aws:execute-api:eu-west-1:123456789012:abc/live/POST/dinners"
	)
	http := func(route, authorization string) string {
		return fmt.Sprintf(`{"version":"2.0","type":"REQUEST","routeKey":%q,"headers":{"authorization":%q}}`, route, authorization)
	}
	rest := func(method, resource, authorization string) string {
		return fmt.Sprintf(`{"type":"REQUEST","httpMethod":%q,"resource":%q,"methodArn":%q,"headers":{"Authorization":%q}}`, method, resource, arn, authorization)
	}
	policy := func(effect string) string {
		return `{"principalId":"ann","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"` + effect + `","Resource":"` + arn + `"}]},"context":` + claims + `}`
	}
	for _, c := range []struct{ name, event, want, fails string }{
		{"the scope is there", http("DELETE /me", "Bearer guest"), `{"isAuthorized":true,"context":` + claims + `}`, ""},
		{"letters' case", http("DELETE /me", "bearer guest"), `{"isAuthorized":true,"context":` + claims + `}`, ""},
		{"another scope", http("POST /dinners", "Bearer guest"), `{"isAuthorized":false,"context":` + claims + `}`, ""},
		{"a route that nobody knows", http("GET /secret", "Bearer guest"), `{"isAuthorized":false,"context":` + claims + `}`, ""},
		{"a bad token", http("DELETE /me", "Bearer forged"), `{"isAuthorized":false}`, ""},
		{"no token", http("DELETE /me", ""), `{"isAuthorized":false}`, ""},
		{"another scheme", http("DELETE /me", "Basic guest"), `{"isAuthorized":false}`, ""},
		{"the issuer is away", http("DELETE /me", "Bearer away"), "", token.ErrUnavailable.Error() + ": timeout"},
		{"REST: the scope is there", rest("DELETE", "/me", "Bearer guest"), policy("Allow"), ""},
		{"REST: another scope", rest("POST", "/dinners", "Bearer guest"), policy("Deny"), ""},
		{"REST: a bad token", rest("DELETE", "/me", "Bearer forged"), "", "Unauthorized"},
		{"REST: the issuer is away", rest("DELETE", "/me", "Bearer away"), "", token.ErrUnavailable.Error() + ": timeout"},
		{"no API", `{"headers":{"authorization":"Bearer guest"}}`, "", "event has the shape of no API: want version 2.0, or methodArn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := authorizer.Authorizer{Tokens: &tokentest.Verifier{}, Scopes: map[string]string{"DELETE /me": "dinner/guest", "POST /dinners": "dinner/host"}}
			got, err := a.Invoke(t.Context(), []byte(c.event))
			if fmt.Sprint(err) != c.fails && (err != nil || c.fails != "") {
				t.Fatalf("%v, want %s", err, c.fails)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
