package localdoor_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/coder/websocket"

	"fulcrum/lambdas/localdoor"
	"fulcrum/lambdas/realtime"
	"fulcrum/lambdas/realtime/realtimetest"
)

// TestGateway holds the door to connections that a WebSocket API holds to what every
// door must do.
func TestGateway(t *testing.T) {
	const allow = `{"principalId":"ann","policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:eu-west-1:123456789012:sock123/live/$connect"}]}}`
	ids := make(chan string, 1)
	api := httptest.NewServer(&localdoor.Sockets{Invoke: func(_ context.Context, event []byte) ([]byte, error) {
		text := string(event)
		switch {
		case strings.Contains(text, `"type":"REQUEST"`):
			return []byte(allow), nil
		case strings.Contains(text, `"$connect"`):
			_, rest, _ := strings.Cut(text, `"connectionId":"`)
			id, _, _ := strings.Cut(rest, `"`)
			ids <- id
			return []byte(`{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"dinner.v1"}}`), nil
		}
		return []byte(`{"statusCode":200,"body":"heard"}`), nil
	}})
	defer api.Close()
	door := realtime.Gateway{
		Endpoint: api.URL + "/live", Region: "eu-west-1", Client: api.Client(), Now: time.Now,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}
	realtimetest.Door(t, door, func(person string) realtimetest.Held {
		client, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(api.URL, "http")+"/live", //nolint:bodyclose // the library says that it is none
			&websocket.DialOptions{Subprotocols: []string{"dinner.v1", "bearer.x"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = client.CloseNow() })
		// Who has heard of what they sent is held: nothing can be sent while $connect runs.
		if err := client.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
			t.Fatal(err)
		}
		if _, heard, err := client.Read(t.Context()); err != nil || string(heard) != "heard" {
			t.Fatalf("%q, %v", heard, err)
		}
		return realtimetest.Held{Connection: realtime.Connection{ID: <-ids, PersonID: person}, Client: client}
	})
}
