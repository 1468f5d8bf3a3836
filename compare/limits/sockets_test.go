package limits

import (
	"testing"

	"fulcrum/compare/assembly"
)

// TestMessagesAreNoRequests wants the throttle of an API of WebSockets not to be set
// against the design's requests, which do not come over it.
func TestMessagesAreNoRequests(t *testing.T) {
	s, err := assembly.Parse([]byte(`{"Resources":{
		"Http":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"HTTP"}},
		"Sockets":{"Type":"AWS::ApiGatewayV2::Api","Properties":{"ProtocolType":"WEBSOCKET"}},
		"A":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"Http"}}},
		"B":{"Type":"AWS::ApiGatewayV2::Stage","Properties":{"ApiId":{"Ref":"Sockets"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{"A": false, "B": true} {
		if stage, _ := s.Resource(id); sockets(s, stage) != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
}
