package localdoor_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/localdoor"
)

// TestSockets wants clients to be let in by what authorizer and $connect answer,
// messages to go both ways, and only the function to send, signed.
func TestSockets(t *testing.T) {
	authorizer, connect := "", `{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"dinner.v1"}}`
	var id string
	ended := make(chan struct{}, 1)
	api := httptest.NewServer(&localdoor.Sockets{Invoke: func(_ context.Context, event []byte) ([]byte, error) {
		text := string(event)
		_, rest, _ := strings.Cut(text, `"connectionId":"`)
		switch {
		case strings.Contains(text, `"type":"REQUEST"`):
			if authorizer == "" {
				return nil, errors.New(`{"errorMessage":"Unauthorized"}`)
			}
			return []byte(authorizer), nil
		case strings.Contains(text, `"$connect"`):
			id, _, _ = strings.Cut(rest, `"`)
			return []byte(connect), nil
		case strings.Contains(text, `"$disconnect"`):
			ended <- struct{}{}
			return []byte(`{"statusCode":200}`), nil
		}
		return []byte(`{"statusCode":200,"body":"heard"}`), nil
	}})
	defer api.Close()
	dial := func(protocols ...string) (*websocket.Conn, int) {
		conn, response, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(api.URL, "http")+"/live", &websocket.DialOptions{Subprotocols: protocols}) //nolint:bodyclose // the library says that it is none
		if err != nil {
			return nil, response.StatusCode
		}
		return conn, http.StatusSwitchingProtocols
	}
	const allow = `{"principalId":"ann","policyDocument":{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:eu-west-1:123456789012:sock123/live/$connect"}]}}`
	for _, x := range []struct {
		authorizer, connect string
		protocols           []string
		status              int
	}{
		{allow, connect, nil, 401}, {"", connect, []string{"dinner.v1"}, 401}, {"x", connect, []string{"dinner.v1"}, 500},
		{strings.Replace(allow, "Allow", "Deny", 1), connect, []string{"dinner.v1"}, 403},
		{allow, `{"statusCode":403}`, []string{"dinner.v1"}, 403}, {allow, `{}`, []string{"dinner.v1"}, 500},
	} {
		authorizer, connect = x.authorizer, x.connect
		if _, status := dial(x.protocols...); status != x.status {
			t.Errorf("%s, %s, %v: status %d, want %d", x.authorizer, x.connect, x.protocols, status, x.status)
		}
	}
	authorizer, connect = allow, `{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"dinner.v1"}}`
	conn, _ := dial("dinner.v1", "bearer.x")
	if conn == nil || conn.Subprotocol() != "dinner.v1" {
		t.Fatal("not connected")
	}
	send := func(signature string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, api.URL+"/live/@connections/"+id, strings.NewReader("told"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", signature)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	const signed = "AWS4-HMAC-SHA256 Credential=A/20300101/eu-west-1/execute-api/aws4_request"
	if err := conn.Write(t.Context(), websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"heard", "told"} {
		if _, message, err := conn.Read(t.Context()); err != nil || string(message) != want {
			t.Errorf("%s, %v, want %s", message, err, want)
		}
		if want == "heard" {
			if unsigned, status := send(""), send(signed); unsigned != http.StatusForbidden || status != http.StatusOK {
				t.Errorf("sending: status %d, unsigned %d", status, unsigned)
			}
		}
	}
	if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("the function does not hear of the end")
	}
	if status := send(signed); status != http.StatusGone {
		t.Errorf("sending to who is gone: status %d", status)
	}
}
