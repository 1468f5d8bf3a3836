package realtime_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/token/tokentest"
)

// FuzzSockets feeds the function whatever a WebSocket API may send: nobody is let in
// but who shows a token that is taken, and no connection is opened of nobody.
func FuzzSockets(f *testing.F) {
	for _, seed := range []string{
		`{"type":"REQUEST","methodArn":"arn","headers":{"sec-websocket-protocol":"dinner.v1, bearer.guest"}}`,
		`{"type":"REQUEST","headers":{"Sec-WebSocket-Protocol":"dinner.v1, bearer.guest","sec-websocket-protocol":"bearer.host"}}`,
		`{"requestContext":{"routeKey":"$connect","connectionId":"c","authorizer":{"principalId":"ann"}}}`,
		`{"requestContext":{"routeKey":"$connect","connectionId":"c","authorizer":null}}`,
		`{"requestContext":{"routeKey":"$disconnect","connectionId":"a"}}`, `{"requestContext":{"routeKey":"$default","connectionId":"a"},"body":"ping"}`, `[]`, `{"type":7}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		store := &memory{all: []realtime.Connection{{ID: "a", PersonID: "ann"}}}
		verifier := &tokentest.Verifier{}
		s := realtime.Sockets{Connections: store, Tokens: verifier, Scope: "dinner/guest", Now: func() time.Time { return noon }}
		raw, err := s.Invoke(t.Context(), payload)
		if err != nil {
			return
		}
		var answer struct {
			StatusCode     int
			Body           string
			PrincipalID    string
			PolicyDocument *struct{ Statement []struct{ Effect string } }
		}
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatalf("answered %q: %v", raw, err)
		}
		if answer.PolicyDocument != nil && (answer.PrincipalID != "ann" || !verifier.WasAsked(tokentest.Guest)) {
			t.Errorf("%s let in %q", payload, answer.PrincipalID)
		}
		if answer.PolicyDocument == nil && !slices.Contains([]int{http.StatusOK, http.StatusBadRequest, http.StatusForbidden}, answer.StatusCode) {
			t.Errorf("%s answered %s", payload, raw)
		}
		if answer.Body != "" && answer.Body != realtime.Pong && answer.Body != realtime.OnlyTells {
			t.Errorf("%s is told %q", payload, answer.Body)
		}
		for _, c := range store.all {
			if c.ID == "" || c.PersonID == "" {
				t.Errorf("%s opened %+v", payload, c)
			}
		}
	})
}

// FuzzToken wants of a header of subprotocols nothing for a token that is not one.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{"", "dinner.v1", "dinner.v1, bearer.a.b.c", "bearer.,bearer.x", "bearer.bearer.x,dinner.v1x", ",,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		raw, speaks := realtime.Token(header)
		if raw != "" && (!strings.Contains(header, "bearer."+raw) || strings.Contains(raw, ",")) {
			t.Errorf("%q has the token %q", header, raw)
		}
		if speaks && !strings.Contains(header, realtime.Protocol) {
			t.Errorf("%q speaks %s", header, realtime.Protocol)
		}
		if again, _ := realtime.Token(realtime.Protocol + ", bearer." + raw); raw != "" && again != raw {
			t.Errorf("the token %q is read as %q", raw, again)
		}
	})
}
