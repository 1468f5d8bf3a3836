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

// TestHeldWebSockets wants servers that let clients in themselves, that nobody but the
// function that pushes can send to, that ping before the load balancer gives up a
// silent connection, and that are as many as the connections ask for.
func TestHeldWebSockets(t *testing.T) {
	const stack = "Realtime-AlbWebsocket"
	open := 0
	for id, r := range byID(stack, "AWS::ElasticLoadBalancingV2::ListenerRule") {
		if text := jsonText(r["Conditions"]); strings.Contains(text, `^/live$`) {
			open++
			if actions := jsonText(r["Actions"]); strings.Contains(actions, "jwt-validation") || !strings.Contains(text, `"GET"`) {
				t.Errorf("%s does %s: a browser has no header for the load balancer to verify", id, actions)
			}
		}
	}
	if open != 1 {
		t.Errorf("%d rules let clients connect", open)
	}
	idle := ""
	for _, lb := range byID(stack, "AWS::ElasticLoadBalancingV2::LoadBalancer") {
		for _, a := range lb["LoadBalancerAttributes"].([]any) {
			if a := a.(map[string]any); a["Key"] == "idle_timeout.timeout_seconds" {
				idle, _ = a["Value"].(string)
			}
		}
	}
	for _, task := range byID(stack, "AWS::ECS::TaskDefinition") {
		text := jsonText(task["ContainerDefinitions"])
		for _, want := range []string{`{"Name":"SOCKET_PING_SECONDS","Value":"20"}`, `{"Name":"SOCKET_LIMIT","Value":"4000"}`, `{"Name":"SOCKET_PORT","Value":"8081"}`, `{"ContainerPort":8081,`} {
			if idle != "60" || !strings.Contains(text, want) {
				t.Errorf("idle timeout %s s, no %s in %s", idle, want, text)
			}
		}
	}
	ways := 0
	for id, r := range byID(stack, "AWS::EC2::SecurityGroupIngress") {
		if r["FromPort"] == 8081.0 {
			ways++
			if text := jsonText(r); !strings.Contains(text, `"SourceSecurityGroupId":{"Fn::GetAtt":["RealtimePush`) || !strings.Contains(text, `"GroupId":{"Fn::GetAtt":["ApiSecurityGroup`) {
				t.Errorf("%s lets in %s", id, text)
			}
		}
	}
	if ways != 1 {
		t.Errorf("%d ways lead to where servers take messages", ways)
	}
	for id, f := range byID(stack, "AWS::Lambda::Function") {
		if strings.HasPrefix(id, "RealtimePush") && f["VpcConfig"] == nil {
			t.Errorf("%s reaches no server", id)
		}
	}
	// 5 M sessions a month of 360 s, 30 times as many in the busiest second, 2,400 to a server.
	for _, s := range byID(stack, "AWS::ApplicationAutoScaling::ScalableTarget") {
		if s["MinCapacity"] != 2.0 || s["MaxCapacity"] != 9.0 {
			t.Errorf("%v to %v servers", s["MinCapacity"], s["MaxCapacity"])
		}
	}
	follows := false
	for _, p := range byID(stack, "AWS::ApplicationAutoScaling::ScalingPolicy") {
		text := jsonText(p["TargetTrackingScalingPolicyConfiguration"])
		follows = follows || strings.Contains(text, `"ConnectionsOfServer"`) && strings.Contains(text, `"TargetValue":2400`)
	}
	if !follows {
		t.Error("no server is added for connections")
	}
}
