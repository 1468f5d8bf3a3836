package realtime_test

import (
	"testing"
	"time"

	"fulcrum/lambdas/published"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/token/tokentest"
)

// TestPublishedEvents follows a connection through AWS's samples, in which it has two
// names.
func TestPublishedEvents(t *testing.T) {
	store := &memory{}
	s := realtime.Sockets{Connections: store, Tokens: &tokentest.Verifier{}, Scope: "dinner/guest", Now: func() time.Time { return noon }}
	for _, x := range []struct {
		name, want string
		open       int
	}{
		{"apigw-websocket-request", `{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"dinner.v1"}}`, 1},
		{"apigw-websocket-request-send-message", `{"statusCode":400,"body":"{\"kind\":\"error\",\"detail\":\"commands go to the API; this connection only tells\"}"}`, 1},
		{"apigw-websocket-request-disconnect", `{"statusCode":200}`, 0},
	} {
		answer, err := s.Invoke(t.Context(), published.Event(t, x.name))
		if err != nil || string(answer) != x.want || len(store.all) != x.open {
			t.Errorf("%s: %s, %v, open are %v", x.name, answer, err, store.all)
		}
		for i, c := range store.all {
			if x.name == "apigw-websocket-request" && c != (realtime.Connection{ID: "TWegAcC4EowCHnA=", PersonID: "admin", ExpiresAt: noon.Add(realtime.Lifetime)}) {
				t.Errorf("opened %+v", c)
			}
			store.all[i].ID = "R1kmxc2VNjMCFIA=" // as the samples that follow call it
		}
	}
}
