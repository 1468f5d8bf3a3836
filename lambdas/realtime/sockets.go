package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"fulcrum/lambdas/token"
)

// Tokens verifies access tokens.
type Tokens interface {
	// Verify returns the claims of a token, token.ErrUnavailable if it cannot be
	// verified now, or why it is refused.
	Verify(ctx context.Context, raw string) (token.Claims, error)
}

// Sockets is the Lambda function behind a WebSocket API: its authorizer and its
// routes, told apart by the event.
type Sockets struct {
	Connections Connections
	Tokens      Tokens
	// Scope must be in the token that opens a connection.
	Scope string
	// Now returns the present time.
	Now func() time.Time
}

// socketEvent is the union of what a WebSocket API sends.
type socketEvent struct {
	// Type and ARN are set for the authorizer.
	Type    string            `json:"type"`
	ARN     string            `json:"methodArn"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Context struct {
		RouteKey     string `json:"routeKey"`
		ConnectionID string `json:"connectionId"`
		Authorizer   struct {
			Person string `json:"principalId"`
		} `json:"authorizer"`
	} `json:"requestContext"`
}

// errUnauthorized makes the API refuse the connection with 401; the word is fixed.
var errUnauthorized = errors.New("Unauthorized") //nolint:staticcheck // API Gateway's own word

// Invoke answers one event.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
func (s Sockets) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var e socketEvent
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, fmt.Errorf("event is not one of a WebSocket API: %w", err)
	}
	if e.Type == "REQUEST" {
		return s.authorize(ctx, e)
	}
	id := e.Context.ConnectionID
	if id == "" {
		return nil, errors.New("event has no connection")
	}
	switch e.Context.RouteKey {
	case "$connect":
		// Nobody is here whom the authorizer did not name.
		if e.Context.Authorizer.Person == "" {
			return answer(403, "", nil)
		}
		err := s.Connections.Open(ctx, Connection{ID: id, PersonID: e.Context.Authorizer.Person, ExpiresAt: s.Now().Add(Lifetime)})
		if err != nil {
			return nil, err
		}
		return answer(200, "", map[string]string{"Sec-WebSocket-Protocol": Protocol})
	case "$disconnect":
		// It may never come: what it leaves expires, or is gone at the next message.
		if err := s.Connections.Close(ctx, id); err != nil {
			return nil, err
		}
		return answer(200, "", nil)
	}
	if e.Body == Ping {
		return answer(200, Pong, nil)
	}
	return answer(400, OnlyTells, nil)
}

func (s Sockets) authorize(ctx context.Context, e socketEvent) ([]byte, error) {
	raw, speaks := "", false
	for name, value := range e.Headers {
		if strings.EqualFold(name, "Sec-WebSocket-Protocol") {
			raw, speaks = Token(value)
		}
	}
	claims, err := s.Tokens.Verify(ctx, raw)
	switch {
	case errors.Is(err, token.ErrUnavailable):
		return nil, err
	case err != nil || !speaks || !claims.Has(s.Scope):
		slog.InfoContext(ctx, "connection refused", "error", err, "protocol", speaks, "scope", claims.Scope)
		return nil, errUnauthorized
	}
	return json.Marshal(map[string]any{
		"principalId": claims.Subject,
		"policyDocument": map[string]any{
			"Version":   "2012-10-17",
			"Statement": []map[string]string{{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": e.ARN}},
		},
	})
}

// answer is a route's response; its body goes back over the connection where the
// route has a response.
func answer(status int, body string, headers map[string]string) ([]byte, error) {
	return json.Marshal(struct {
		StatusCode int               `json:"statusCode"`
		Headers    map[string]string `json:"headers,omitempty"`
		Body       string            `json:"body,omitempty"`
	}{status, headers, body})
}
