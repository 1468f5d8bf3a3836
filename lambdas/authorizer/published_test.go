package authorizer_test

import (
	"fmt"
	"testing"

	"fulcrum/lambdas/authorizer"
	"fulcrum/lambdas/published"
	"fulcrum/lambdas/token/tokentest"
)

// TestPublishedEvents asks as AWS's samples do, none of which has a token of ours.
func TestPublishedEvents(t *testing.T) {
	for name, want := range map[string]string{
		"apigw-custom-auth-request-type-request": "[] Unauthorized",
		"apigw-v2-custom-authorizer-v1-request":  "[] Unauthorized",
		"apigw-v2-custom-authorizer-v2-request":  `[{"isAuthorized":false}] <nil>`,
	} {
		a := authorizer.Authorizer{Tokens: &tokentest.Verifier{}, Scopes: map[string]string{"GET /request": "dinner/guest", "$default": "dinner/guest"}}
		answer, err := a.Invoke(t.Context(), published.Event(t, name))
		if got := fmt.Sprintf("[%s] %v", answer, err); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
