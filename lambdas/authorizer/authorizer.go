// Package authorizer decides for an API Gateway who may call which route, by the
// access token that a request carries: the code of a Lambda authorizer.
//
// Choose the door's own verification of tokens where permission is a scope and
// nothing else; this is where another rule would go.
package authorizer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"fulcrum/lambdas/token"
)

// Tokens verifies access tokens.
type Tokens interface {
	// Verify returns the claims of a token, token.ErrUnavailable if it cannot be
	// verified now, or why it is refused.
	Verify(ctx context.Context, raw string) (token.Claims, error)
}

// Authorizer is the Lambda function.
type Authorizer struct {
	Tokens Tokens
	// Scopes has the scope that each route asks for, "POST /dinners". A route that
	// is not there is for nobody.
	Scopes map[string]string
}

// request is the union of what the two kinds of API ask.
type request struct {
	// Version is "2.0" and RouteKey set for an HTTP API.
	Version  string `json:"version"`
	RouteKey string `json:"routeKey"`
	// Method, Resource and ARN are a REST API's.
	Method   string            `json:"httpMethod"`
	Resource string            `json:"resource"`
	ARN      string            `json:"methodArn"`
	Headers  map[string]string `json:"headers"`
}

// errUnauthorized makes a REST API answer 401; the word is fixed.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-output.html
var errUnauthorized = errors.New("Unauthorized") //nolint:staticcheck // API Gateway's own word

// Invoke answers in the form of the API that asks. Whatever is not plainly allowed
// is refused; where the issuer cannot be asked it fails, and so does the request.
func (a Authorizer) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var r request
	if err := json.Unmarshal(payload, &r); err != nil {
		return nil, fmt.Errorf("event is not one of an authorizer: %w", err)
	}
	http := r.Version == "2.0"
	route := r.RouteKey
	if !http {
		if r.ARN == "" {
			return nil, errors.New("event has the shape of no API: want version 2.0, or methodArn")
		}
		route = r.Method + " " + r.Resource
	}
	claims, err := a.Tokens.Verify(ctx, r.bearer())
	if errors.Is(err, token.ErrUnavailable) {
		return nil, err
	}
	if err != nil {
		slog.InfoContext(ctx, "token refused", "route", route, "error", err)
		if !http {
			return nil, errUnauthorized
		}
		return json.Marshal(decision{})
	}
	scope := a.Scopes[route]
	allowed := scope != "" && claims.Has(scope)
	if !allowed {
		slog.InfoContext(ctx, "scope missing", "route", route, "scope", scope)
	}
	if http {
		return json.Marshal(decision{Allowed: allowed, Claims: &claims})
	}
	return json.Marshal(policy(r.ARN, allowed, claims))
}

// bearer returns the token in the header Authorization, whatever the letters'
// case of its name; empty if there is none.
func (r request) bearer() string {
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Authorization") {
			if scheme, raw, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Bearer") {
				return strings.TrimSpace(raw)
			}
		}
	}
	return ""
}

// decision is an HTTP API's simple response. The claims reach the integration.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
type decision struct {
	Allowed bool          `json:"isAuthorized"`
	Claims  *token.Claims `json:"context,omitempty"`
}

// answer is a REST API's response.
type answer struct {
	Principal string         `json:"principalId"`
	Policy    policyDocument `json:"policyDocument"`
	Claims    token.Claims   `json:"context"`
}

type policyDocument struct {
	Version   string      `json:"Version"`
	Statement []statement `json:"Statement"`
}

type statement struct {
	Action   string `json:"Action"`
	Effect   string `json:"Effect"`
	Resource string `json:"Resource"`
}

// policy is for the one method asked about, since the API keeps it under the token
// and the method.
func policy(arn string, allowed bool, claims token.Claims) answer {
	effect := "Deny"
	if allowed {
		effect = "Allow"
	}
	return answer{
		Principal: claims.Subject, Claims: claims,
		Policy: policyDocument{"2012-10-17", []statement{{"execute-api:Invoke", effect, arn}}},
	}
}
