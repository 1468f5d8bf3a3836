package websocket_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/websocket"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Sockets", func(stack awscdk.Stack) {
		key := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		f := function.New(stack, "Sockets", function.Props{Directory: "../function/testdata/program", Service: "sockets", Key: key})
		websocket.New(stack, "Realtime", websocket.Props{Handler: f.Lambda, Rate: 50, Burst: 100, LogKey: key}).GrantSend(f.Lambda)
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Realtime-WebsocketApi"), nil)
	key := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	sockets := function.New(stack, "Sockets", function.Props{Directory: ".build/functions/sockets", Service: "sockets", Key: key})
	api := websocket.New(stack, "Realtime", websocket.Props{Handler: sockets.Lambda, Rate: 50, Burst: 100, LogKey: key})
	awscdk.NewCfnOutput(stack, jsii.String("Address"), &awscdk.CfnOutputProps{Value: jsii.String(api.Endpoint())})
}

// TestOnlyWhoIsVerifiedConnects wants the way in to be guarded, by the one header
// that a browser can set.
func TestOnlyWhoIsVerifiedConnects(t *testing.T) {
	keys := map[string]string{}
	for _, r := range template.OfType("AWS::ApiGatewayV2::Route") {
		keys[r.Properties.At("RouteKey").String()] = r.Properties.At("AuthorizationType").String()
	}
	if len(keys) != 3 || keys["$connect"] != "CUSTOM" {
		t.Errorf("routes %v", keys)
	}
	if got := template.One("AWS::ApiGatewayV2::Authorizer").Properties.At("IdentitySource").String(); got != `["route.request.header.Sec-WebSocket-Protocol"]` {
		t.Errorf("verified by %s", got)
	}
}

// TestAnswers wants the answer to a ping to go back.
func TestAnswers(t *testing.T) {
	route := template.One("AWS::ApiGatewayV2::RouteResponse").Properties.At("RouteId", "Ref").String()
	if p := template.Resources[route].Properties; p.At("RouteKey").String() != "$default" || p.At("RouteResponseSelectionExpression").String() != "$default" {
		t.Errorf("answers go back from %s", p)
	}
}

// TestLogHasARole wants the stage to come after the account's role for logs, without
// which API Gateway refuses it.
func TestLogHasARole(t *testing.T) {
	account := template.One("AWS::ApiGateway::Account")
	if on := (synth.Node{Value: template.One("AWS::ApiGatewayV2::Stage").DependsOn}).String(); !strings.Contains(on, account.ID) {
		t.Errorf("the stage comes after %s, want %s", on, account.ID)
	}
	if on := (synth.Node{Value: account.DependsOn}).String(); !strings.Contains(on, template.One("AWS::ApiGatewayV2::Api").ID) || account.DeletionPolicy != "Retain" {
		t.Errorf("the role is set after %s and then goes: %s", on, account.DeletionPolicy)
	}
}

// TestStage wants a throttle, and a log without the header that the token is in.
func TestStage(t *testing.T) {
	p := template.One("AWS::ApiGatewayV2::Stage").Properties
	if p.At("DefaultRouteSettings", "ThrottlingRateLimit").String() != "50" || p.At("DefaultRouteSettings", "ThrottlingBurstLimit").String() != "100" {
		t.Errorf("throttle %s", p.At("DefaultRouteSettings"))
	}
	format := strings.ToLower(p.At("AccessLogSettings", "Format").String())
	for _, secret := range []string{"header", "querystring", "protocol", "authorizer.token"} {
		if strings.Contains(format, secret) {
			t.Errorf("the log has %s: %s", secret, format)
		}
	}
	if !strings.Contains(format, "$context.connectionid") {
		t.Errorf("the log names no connection: %s", format)
	}
}

// TestSend wants the right to send to this API's connections and no other right.
func TestSend(t *testing.T) {
	for _, p := range template.OfType("AWS::IAM::Policy") {
		for _, s := range p.Properties.At("PolicyDocument", "Statement").List() {
			if !strings.Contains(s.String(), "execute-api") {
				continue
			}
			if s.At("Action").String() != "execute-api:ManageConnections" || !strings.Contains(s.At("Resource").String(), "/live/POST/@connections/*") {
				t.Errorf("may %s", s)
			}
			return
		}
	}
	t.Error("may not send")
}

func TestValidate(t *testing.T) {
	err := websocket.Props{}.Validate()
	for _, want := range []string{"Handler: missing", "LogKey: missing", "Rate: 0", "Burst: 0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}
