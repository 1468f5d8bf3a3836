package boot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"fulcrum/lambdas/authorizer"
	"fulcrum/lambdas/token"
)

// Authorizer returns the function that an API asks who may call which route. The
// scope of each is in ROUTE_SCOPES, a JSON object of strings by route.
func Authorizer() (authorizer.Authorizer, error) {
	s, _, err := begin("TOKEN_ISSUER", "TOKEN_CLIENTS", "ROUTE_SCOPES")
	if err != nil {
		return authorizer.Authorizer{}, err
	}
	var scopes map[string]string
	if err := json.Unmarshal([]byte(os.Getenv("ROUTE_SCOPES")), &scopes); err != nil {
		return authorizer.Authorizer{}, fmt.Errorf("ROUTE_SCOPES is no JSON object of strings: %w", err)
	}
	return authorizer.Authorizer{
		Tokens: token.NewVerifier(s.issuer, s.clients, http.DefaultTransport, time.Now), Scopes: scopes,
	}, nil
}
