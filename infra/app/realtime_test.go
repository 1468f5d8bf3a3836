package app

import (
	"strings"
	"testing"
)

// TestWebSocketAPI wants connections to be let in by token, kept until they would
// have ended, told of events over the bus, and sent to by nobody but the function
// that pushes.
func TestWebSocketAPI(t *testing.T) {
	const stack = "Realtime-WebsocketApi"
	apis := 0
	for id, a := range byID(stack, "AWS::ApiGatewayV2::Api") {
		if a["ProtocolType"] == "WEBSOCKET" {
			apis++
			if !strings.HasPrefix(id, "Realtime") {
				t.Errorf("%s speaks WebSocket", id)
			}
		}
	}
	if apis != 1 {
		t.Errorf("%d WebSocket APIs", apis)
	}
	guarded := false
	for _, r := range byID(stack, "AWS::ApiGatewayV2::Route") {
		guarded = guarded || r["RouteKey"] == "$connect" && r["AuthorizationType"] == "CUSTOM"
	}
	if !guarded {
		t.Error("anybody may connect")
	}
	expires := false
	for id, table := range byID(stack, "AWS::DynamoDB::GlobalTable") {
		if strings.HasPrefix(id, "Connections") {
			expires = jsonText(table["TimeToLiveSpecification"]) == `{"AttributeName":"expiresAt","Enabled":true}`
		}
	}
	if !expires {
		t.Error("connections are kept for ever")
	}
	senders := 0
	for id, p := range byID(stack, "AWS::IAM::Policy") {
		if text := jsonText(p["PolicyDocument"]); strings.Contains(text, "execute-api:ManageConnections") {
			senders++
			if !strings.HasPrefix(id, "RealtimePush") || !strings.Contains(text, "/live/POST/@connections/*") {
				t.Errorf("%s may %s", id, text)
			}
		}
	}
	if senders != 1 {
		t.Errorf("%d may send to connections", senders)
	}
	rules := 0
	for id, r := range byID(stack, "AWS::Events::Rule") {
		if strings.HasPrefix(id, "Realtime") {
			rules++
			if pattern := jsonText(r["EventPattern"]); !strings.Contains(pattern, "Seat Reserved") || !strings.Contains(pattern, "Guest Forgotten") {
				t.Errorf("pushed are %s", pattern)
			}
		}
	}
	if rules != 1 {
		t.Errorf("%d rules lead to the push", rules)
	}
}
