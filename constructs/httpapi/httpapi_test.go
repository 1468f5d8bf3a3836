package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/function"
	"fulcrum/constructs/httpapi"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
)

var template *synth.Template

var routes = []route.Route{
	{Method: "GET", Path: "/dinners", Public: true, Rate: 40, Burst: 60},
	{Method: "POST", Path: "/dinners", Scope: "dinner/host"},
	{Method: "POST", Path: "/dinners/{dinnerId}/reservations", Scope: "dinner/guest", Rate: 20, Burst: 30},
}

func TestMain(m *testing.M) {
	synth.Main(m, &template, "HTTP", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		handler := function.New(stack, "Api", function.Props{Directory: "../function/testdata/program", Service: "api", Key: telemetry})
		httpapi.New(stack, "FrontDoor", httpapi.Props{
			Handler:     handler.Lambda,
			Routes:      routes,
			Issuer:      "https://issuer.example.org/pool",
			Audience:    []string{"web", "machine"},
			CORSOrigins: []string{"https://www.example.org"},
			Rate:        100,
			Burst:       200,
			LogKey:      telemetry,
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	api := httpapi.New(stack, "FrontDoor", httpapi.Props{
		Handler: function.New(stack, "Api", function.Props{
			Directory: ".build/functions/api", Service: "api", Key: telemetry,
		}).Lambda,
		Routes: []route.Route{
			{Method: "GET", Path: "/dinners", Public: true},
			{Method: "POST", Path: "/dinners", Scope: "dinner/host", Rate: 10, Burst: 20},
		},
		Issuer:   "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
		Audience: []string{"0123456789abcdefghijklmnop"},
		Rate:     100,
		Burst:    200,
		LogKey:   telemetry,
	})
	awscdk.NewCfnOutput(stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: jsii.String(api.Endpoint())})
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

// TestRoutes wants each route as it was given, its scope checked at the door, and no
// catch-all.
func TestRoutes(t *testing.T) {
	want := map[string]route.Route{}
	for _, r := range routes {
		want[r.Key()] = r
	}
	for _, r := range template.OfType("AWS::ApiGatewayV2::Route") {
		key := r.Properties.At("RouteKey").String()
		given, ok := want[key]
		if !ok {
			t.Errorf("route %s was not asked for", key)
			continue
		}
		delete(want, key)
		kind, scopes := r.Properties.At("AuthorizationType").String(), r.Properties.At("AuthorizationScopes")
		if given.Public && (kind != "NONE" || scopes.Value != nil) {
			t.Errorf("%s is public and asks for %s %s", key, kind, scopes)
		}
		if !given.Public && (kind != "JWT" || scopes.String() != `["`+given.Scope+`"]`) {
			t.Errorf("%s asks for %s %s, want JWT %s", key, kind, scopes, given.Scope)
		}
	}
	for key := range want {
		t.Errorf("no route %s", key)
	}
	authorizer := template.One("AWS::ApiGatewayV2::Authorizer").Properties
	if got := authorizer.At("JwtConfiguration").String(); got != `{"Audience":["web","machine"],"Issuer":"https://issuer.example.org/pool"}` {
		t.Errorf("tokens are taken by %s", got)
	}
	if got := authorizer.At("IdentitySource").String(); got != `["$request.header.Authorization"]` {
		t.Errorf("tokens are read from %s; in a query string they would get into logs", got)
	}
}

func TestStage(t *testing.T) {
	stage := template.One("AWS::ApiGatewayV2::Stage")
	for _, x := range []struct {
		at   []any
		want string
	}{
		{[]any{"DefaultRouteSettings"}, `{"DetailedMetricsEnabled":false,"ThrottlingBurstLimit":200,"ThrottlingRateLimit":100}`},
		{[]any{"RouteSettings", "GET /dinners"}, `{"ThrottlingBurstLimit":60,"ThrottlingRateLimit":40}`},
		{[]any{"RouteSettings", "POST /dinners/{dinnerId}/reservations"}, `{"ThrottlingBurstLimit":30,"ThrottlingRateLimit":20}`},
		{[]any{"RouteSettings", "POST /dinners"}, "null"},
	} {
		if got := stage.Properties.At(x.at...).String(); got != x.want {
			t.Errorf("%v is %s, want %s", x.at, got, x.want)
		}
	}
	for _, r := range template.OfType("AWS::ApiGatewayV2::Route") {
		if on := (synth.Node{Value: stage.DependsOn}).String(); !strings.Contains(on, `"`+r.ID+`"`) {
			t.Errorf("the stage would set the throttle of %s before it exists", r.ID)
		}
	}
}

func TestAccessLog(t *testing.T) {
	settings := template.One("AWS::ApiGatewayV2::Stage").Properties.At("AccessLogSettings")
	var record map[string]string
	if err := json.Unmarshal([]byte(settings.At("Format").String()), &record); err != nil {
		t.Fatalf("not an object of strings: %v", err)
	}
	for field, variable := range record {
		for _, private := range []string{"authorization", "queryString", "userAgent"} {
			if strings.Contains(variable, private) {
				t.Errorf("%s records %s", field, variable)
			}
		}
	}
	if record["status"] != "$context.status" || record["subject"] != "$context.authorizer.claims.sub" {
		t.Errorf("records %v", record)
	}
	if destination := settings.At("DestinationArn").String(); !strings.Contains(destination, `{"Ref":"FrontDoorAccessLog`) || strings.Contains(destination, ":*") {
		t.Errorf("goes to %s", destination)
	}
}

func TestCORS(t *testing.T) {
	api := template.One("AWS::ApiGatewayV2::Api")
	cors := api.Properties.At("CorsConfiguration")
	if got := cors.At("AllowOrigins").String() + cors.At("AllowMethods").String(); got != `["https://www.example.org"]["GET","POST"]` {
		t.Errorf("allows %s", got)
	}
	for property, header := range map[string]string{"AllowHeaders": "idempotency-key", "ExposeHeaders": "location"} {
		if !strings.Contains(cors.At(property).String(), `"`+header+`"`) {
			t.Errorf("%s is %s, without %s", property, cors.At(property), header)
		}
	}
	if cors.At("AllowCredentials").Value == true {
		t.Error("cookies are let through, though tokens come in a header")
	}
	if name, _ := api.Role(); name != "front-door" {
		t.Errorf("annotated %q", name)
	}
}

// TestInvocation wants API Gateway to be allowed the function by routes of this API
// only, with payload version 2.0.
func TestInvocation(t *testing.T) {
	for _, r := range template.OfType("AWS::Lambda::Permission") {
		source := r.Properties.At("SourceArn").String()
		if !strings.Contains(source, `{"Ref":"FrontDoor`) || !strings.Contains(source, "/dinners") {
			t.Errorf("%s: %s", r.ID, source)
		}
	}
	if got := template.One("AWS::ApiGatewayV2::Integration").Properties.At("PayloadFormatVersion").Value; got != "2.0" {
		t.Errorf("payload version %v", got)
	}
}

func TestValidate(t *testing.T) {
	err := httpapi.Props{
		Routes:      []route.Route{{Method: "GET", Path: "/a", Scope: "x"}, {Method: "GET"}},
		CORSOrigins: []string{"*", "https://a.example.org/", "http://a.example.org", "https://b.example.org", "https://b.example.org"},
		LogDays:     -1,
	}.Validate()
	for _, want := range []string{
		"Handler: give a Handler or a Link, and not both", "Issuer: missing", "Audience: missing", "Routes[1].Path: missing", "Rate: 0", "Burst: 0", "LogKey: missing", "LogDays: -1",
		`CORSOrigins[0]: "*"`, "CORSOrigins[1]:", "CORSOrigins[2]:", "CORSOrigins[4]: \"https://b.example.org\" is there twice",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
