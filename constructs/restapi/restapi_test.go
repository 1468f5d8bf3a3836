package restapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/clientca"
	"fulcrum/constructs/function"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/restapi"
	"fulcrum/constructs/route"
	"fulcrum/constructs/userpool"
	"fulcrum/constructs/webacl"
)

var template *synth.Template

var routes = []route.Route{
	{Method: "GET", Path: "/dinners", Public: true, APIKey: true, Rate: 40, Burst: 60},
	{Method: "GET", Path: "/dinners/{dinnerId}", Public: true},
	{Method: "POST", Path: "/dinners", Scope: "dinner/host", Body: map[string]any{
		"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": []string{"seats"},
	}},
}

func TestMain(m *testing.M) {
	synth.Main(m, &template, "REST", func(stack awscdk.Stack) {
		telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
		handler := function.New(stack, "Api", function.Props{Directory: "../function/testdata/program", Service: "api", Key: telemetry})
		users := userpool.New(stack, "Users", userpool.Props{
			System: "dinner", Scopes: []userpool.Scope{{Name: "host", Description: "Open dinners"}},
			Key: keys.New(stack, "People", keys.Props{DataClass: "people"}), CallbackURLs: []string{"https://www.example.org/"},
		})
		restapi.New(stack, "FrontDoor", restapi.Props{
			Handler:     handler.Lambda,
			Routes:      routes,
			UserPool:    users.Users,
			CORSOrigins: []string{"https://www.example.org"},
			Rate:        100,
			Burst:       200,
			Plan:        &restapi.Plan{Clients: []string{"partner", "kiosk"}, Rate: 5, Burst: 10, DailyQuota: 1000},
			WebACL:      webacl.New(stack, "Perimeter", webacl.Props{RateLimit: 500, LogKey: telemetry}),
			DenyCIDRs:   []string{"192.0.2.0/24"},
			LogKey:      telemetry,
		})
		restapi.New(stack, "Slow", restapi.Props{
			Handler:         handler.Lambda,
			Routes:          []route.Route{{Method: "GET", Path: "/", Public: true}},
			Rate:            1,
			Burst:           1,
			Timeout:         time.Minute,
			LogKey:          telemetry,
			KeepAccountRole: true,
		})
		restapi.New(stack, "Guarded", restapi.Props{
			Handler:         handler.Lambda,
			Routes:          []route.Route{{Method: "GET", Path: "/me", Scope: "dinner/guest"}},
			Authorizer:      handler.Lambda,
			Rate:            1,
			Burst:           1,
			LogKey:          telemetry,
			KeepAccountRole: true,
			Domain: &restapi.Domain{
				Name: "api.example.org", HostedZoneID: "Z0123",
				Certificate: awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), jsii.String("arn:aws:acm:eu-west-1:123456789012:certificate/1")),
				Clients:     clientca.New(stack, "Clients", clientca.Props{File: "restapi_test.go"}),
			},
		})
		restapi.New(stack, "Signed", restapi.Props{
			Handler:         handler.Lambda,
			Routes:          []route.Route{{Method: "GET", Path: "/me", Scope: "dinner/guest"}},
			IAM:             true,
			CORSOrigins:     []string{"https://www.example.org"},
			Rate:            1,
			Burst:           1,
			LogKey:          telemetry,
			KeepAccountRole: true,
		})
	})
}

// TestClientsShowCertificates wants the API to be reached under its own domain
// alone, where certificates are asked for.
func TestClientsShowCertificates(t *testing.T) {
	if got := of(t, "AWS::ApiGateway::RestApi", "Guarded").Properties.At("DisableExecuteApiEndpoint").String(); got != "true" {
		t.Errorf("the API's other name is closed: %s", got)
	}
	domain := template.One("AWS::ApiGateway::DomainName").Properties
	if uri := domain.At("MutualTlsAuthentication", "TruststoreUri").String(); !strings.Contains(uri, "s3://") {
		t.Errorf("trusted are the authorities at %s", uri)
	}
	if got := template.One("AWS::ApiGateway::BasePathMapping").Properties.At("RestApiId", "Ref").String(); !strings.HasPrefix(got, "Guarded") {
		t.Errorf("the domain leads to %s", got)
	}
}

// TestOtherProofs wants answers of an authorizer to be kept for one method only, and
// signatures to be asked for by IAM.
func TestOtherProofs(t *testing.T) {
	authorizer := of(t, "AWS::ApiGateway::Authorizer", "Guarded").Properties
	if got := authorizer.At("IdentitySource").String(); got != "method.request.header.Authorization,context.httpMethod,context.path" {
		t.Errorf("answers are kept by %s", got)
	}
	for id, want := range map[string]string{"Guardedme": "CUSTOM", "Signedme": "AWS_IAM"} {
		for _, m := range template.OfType("AWS::ApiGateway::Method") {
			if strings.HasPrefix(m.ID, id+"GET") && m.Properties.At("AuthorizationType").String() != want {
				t.Errorf("%s is authorized by %s, want %s", m.ID, m.Properties.At("AuthorizationType"), want)
			}
		}
	}
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("FrontDoor-RestApi"), nil)
	telemetry := keys.New(stack, "Telemetry", keys.Props{DataClass: "telemetry"})
	users := userpool.New(stack, "Users", userpool.Props{
		System:       "dinner",
		Scopes:       []userpool.Scope{{Name: "host", Description: "Open dinners"}},
		Key:          keys.New(stack, "People", keys.Props{DataClass: "people"}),
		CallbackURLs: []string{"https://www.example.org/signed-in"},
	})
	api := restapi.New(stack, "FrontDoor", restapi.Props{
		Handler: function.New(stack, "Api", function.Props{
			Directory: ".build/functions/api", Service: "api", Key: telemetry,
		}).Lambda,
		Routes: []route.Route{
			{Method: "GET", Path: "/dinners", Public: true, APIKey: true},
			{Method: "POST", Path: "/dinners", Scope: "dinner/host", Rate: 10, Burst: 20},
		},
		UserPool: users.Users,
		Rate:     100,
		Burst:    200,
		Plan:     &restapi.Plan{Clients: []string{"partner"}, Rate: 5, Burst: 10, DailyQuota: 10_000},
		WebACL:   webacl.New(stack, "Perimeter", webacl.Props{RateLimit: 1000, LogKey: telemetry}),
		LogKey:   telemetry,
	})
	awscdk.NewCfnOutput(stack, jsii.String("Endpoint"), &awscdk.CfnOutputProps{Value: jsii.String(api.Endpoint())})
}

func of(t *testing.T, kind, id string) synth.Resource {
	t.Helper()
	for _, r := range template.OfType(kind) {
		if strings.HasPrefix(r.ID, id) {
			return r
		}
	}
	t.Fatalf("no %s whose id begins with %s", kind, id)
	return synth.Resource{}
}

func TestPosture(t *testing.T) {
	for _, problem := range template.Posture() {
		if !strings.Contains(problem, "xray:") { // the function's, which its own tests hold
			t.Error(problem)
		}
	}
}

func TestAPI(t *testing.T) {
	for _, id := range []string{"FrontDoor", "Slow"} {
		api := of(t, "AWS::ApiGateway::RestApi", id)
		if got := api.Properties.At("SecurityPolicy").Value; got != "SecurityPolicy_TLS13_1_3_2025_09" {
			t.Errorf("%s: TLS policy %v", id, got)
		}
		if got := api.Properties.At("EndpointAccessMode").Value; got != "STRICT" {
			t.Errorf("%s: access mode %v", id, got)
		}
		if got := api.Properties.At("EndpointConfiguration", "Types").String(); got != `["REGIONAL"]` {
			t.Errorf("%s: %s", id, got)
		}
		if name, _ := api.Role(); name != "front-door" {
			t.Errorf("%s: annotated %q", id, name)
		}
	}
	policy := of(t, "AWS::ApiGateway::RestApi", "FrontDoor").Properties.At("Policy", "Statement")
	if allow := policy.At(0); allow.At("Effect").Value != "Allow" || allow.At("Action").Value != "execute-api:Invoke" {
		t.Errorf("the resource policy lets nobody in: %s", allow)
	}
	if deny := policy.At(1); deny.At("Effect").Value != "Deny" || !strings.Contains(deny.At("Condition").String(), "192.0.2.0/24") {
		t.Errorf("the resource policy keeps nobody out: %s", deny)
	}
	if n := len(of(t, "AWS::ApiGateway::RestApi", "Slow").Properties.At("Policy", "Statement").List()); n != 1 {
		t.Errorf("%d statements without addresses to deny, want 1", n)
	}
}

func TestMethods(t *testing.T) {
	byKey := map[string]synth.Resource{}
	preflights := 0
	for _, r := range template.OfType("AWS::ApiGateway::Method") {
		if !strings.HasPrefix(r.ID, "FrontDoor") {
			continue
		}
		if r.Properties.At("HttpMethod").Value == "OPTIONS" {
			preflights++
			if r.Properties.At("ApiKeyRequired").Value != false || r.Properties.At("AuthorizationType").Value != "NONE" {
				t.Errorf("%s: a browser's preflight carries neither key nor token", r.ID)
			}
			allowed := r.Properties.At("Integration", "IntegrationResponses", 0, "ResponseParameters", "method.response.header.Access-Control-Allow-Headers").String()
			for _, header := range []string{"authorization", "idempotency-key", "x-api-key"} {
				if !strings.Contains(allowed, header) {
					t.Errorf("%s: a browser may not send %s", r.ID, header)
				}
			}
			continue
		}
		byKey[r.Properties.At("OperationName").String()] = r
	}
	if preflights != 2 {
		t.Errorf("%d paths answer preflights, want 2", preflights)
	}
	if len(byKey) != len(routes) {
		t.Errorf("%d methods, want %d", len(byKey), len(routes))
	}
	for _, given := range routes {
		method := byKey[given.Key()].Properties
		kind, scopes := method.At("AuthorizationType").String(), method.At("AuthorizationScopes").String()
		if given.Public && kind != "NONE" || !given.Public && (kind != "COGNITO_USER_POOLS" || scopes != `["`+given.Scope+`"]`) {
			t.Errorf("%s asks for %s %s", given.Key(), kind, scopes)
		}
		if got := method.At("ApiKeyRequired").Value; got != given.APIKey {
			t.Errorf("%s: key required is %v", given.Key(), got)
		}
		validated := method.At("RequestValidatorId").Value != nil && method.At("RequestModels", "$default").Value != nil
		if validated != (given.Body != nil) {
			t.Errorf("%s: validated is %v", given.Key(), validated)
		}
		if got := method.At("Integration", "TimeoutInMillis").Value; got != nil {
			t.Errorf("%s: timeout %v without being asked for", given.Key(), got)
		}
	}
	slow := of(t, "AWS::ApiGateway::Method", "Slow").Properties
	if got := slow.At("Integration", "TimeoutInMillis").Value; got != 60000.0 {
		t.Errorf("timeout %v, want 60000", got)
	}
	if got := template.One("AWS::ApiGateway::RequestValidator").Properties.At("ValidateRequestBody").Value; got != true {
		t.Errorf("the validator leaves bodies alone: %v", got)
	}
}

func TestStage(t *testing.T) {
	stage := of(t, "AWS::ApiGateway::Stage", "FrontDoor")
	settings := stage.Properties.At("MethodSettings").List()
	if len(settings) != 2 {
		t.Fatalf("%d settings, want the stage's and one method's", len(settings))
	}
	for i, want := range []struct {
		path, method string
		rate, burst  float64
	}{{"/*", "*", 100, 200}, {"/~1dinners", "GET", 40, 60}} {
		s := settings[i]
		if s.At("ResourcePath").Value != want.path || s.At("HttpMethod").Value != want.method ||
			s.At("ThrottlingRateLimit").Value != want.rate || s.At("ThrottlingBurstLimit").Value != want.burst {
			t.Errorf("setting %d is %s, want %v", i, s, want)
		}
		if s.At("LoggingLevel").Value != "ERROR" || s.At("DataTraceEnabled").Value != false || s.At("MetricsEnabled").Value != false {
			t.Errorf("setting %d logs %s", i, s)
		}
	}
	if stage.Properties.At("TracingEnabled").Value != true {
		t.Error("no traces")
	}
	var record map[string]string
	if err := json.Unmarshal([]byte(stage.Properties.At("AccessLogSetting", "Format").String()), &record); err != nil {
		t.Errorf("the access log is not JSON: %v", err)
	}
	if record["tlsVersion"] == "" || record["apiKeyId"] == "" {
		t.Errorf("the access log records %v", record)
	}
}

// TestExecutionLog wants the group there, under its key, before API Gateway would
// make one without.
func TestExecutionLog(t *testing.T) {
	log := of(t, "AWS::Logs::LogGroup", "FrontDoorExecutionLog")
	if name := log.Properties.At("LogGroupName").String(); !strings.Contains(name, "API-Gateway-Execution-Logs_") || !strings.Contains(name, `"/live"`) {
		t.Errorf("named %s", name)
	}
	stage := of(t, "AWS::ApiGateway::Stage", "FrontDoor")
	if on := (synth.Node{Value: stage.DependsOn}).String(); !strings.Contains(on, log.ID) {
		t.Errorf("the stage does not wait for it: %s", on)
	}
}

// TestAccountRole wants the setting that every API of the account shares to be safe
// from the end of this stack.
func TestAccountRole(t *testing.T) {
	account, role := template.One("AWS::ApiGateway::Account"), of(t, "AWS::IAM::Role", "ApiGatewayLogsRole")
	for _, r := range []synth.Resource{account, role} {
		if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s goes with its stack: %s, %s", r.ID, r.DeletionPolicy, r.UpdateReplacePolicy)
		}
	}
	if on := (synth.Node{Value: account.DependsOn}).String(); !strings.Contains(on, of(t, "AWS::ApiGateway::RestApi", "FrontDoor").ID) {
		t.Errorf("a new account refuses the setting before its first API: %s", on)
	}
	stage := of(t, "AWS::ApiGateway::Stage", "FrontDoor")
	if on := (synth.Node{Value: stage.DependsOn}).String(); !strings.Contains(on, account.ID) {
		t.Errorf("a stage that logs does not wait for the setting: %s", on)
	}
}

func TestPlan(t *testing.T) {
	plan := template.One("AWS::ApiGateway::UsagePlan").Properties
	if got := plan.At("Throttle").String() + plan.At("Quota").String(); got != `{"BurstLimit":10,"RateLimit":5}{"Limit":1000,"Period":"DAY"}` {
		t.Errorf("limits %s", got)
	}
	if keys, members := len(template.OfType("AWS::ApiGateway::ApiKey")), len(template.OfType("AWS::ApiGateway::UsagePlanKey")); keys != 2 || members != 2 {
		t.Errorf("%d keys, %d of them in the plan; want 2", keys, members)
	}
	for _, key := range template.OfType("AWS::ApiGateway::ApiKey") {
		if key.Properties.At("Value").Value != nil {
			t.Errorf("%s has its value in the template", key.ID)
		}
	}
}

func TestWebACL(t *testing.T) {
	association := template.One("AWS::WAFv2::WebACLAssociation").Properties
	if got := association.At("ResourceArn").String(); !strings.Contains(got, "/stages/") {
		t.Errorf("guards %s", got)
	}
}

// TestErrors wants problem details that a browser of the one origin can read.
func TestErrors(t *testing.T) {
	want := map[string]string{
		"BAD_REQUEST_BODY": "400", "UNAUTHORIZED": "401", "EXPIRED_TOKEN": "401", "THROTTLED": "429", "QUOTA_EXCEEDED": "429",
		"MISSING_AUTHENTICATION_TOKEN": "404", "WAF_FILTERED": "403", "INTEGRATION_TIMEOUT": "504", "DEFAULT_4XX": "null", "DEFAULT_5XX": "null",
	}
	for _, r := range template.OfType("AWS::ApiGateway::GatewayResponse") {
		p := r.Properties
		kind := p.At("ResponseType").String()
		if status, ok := want[kind]; ok && p.At("StatusCode").String() != status {
			t.Errorf("%s: status %s, want %s", kind, p.At("StatusCode"), status)
		}
		var problem struct {
			Type, Title string
			Status      int
		}
		if err := json.Unmarshal([]byte(p.At("ResponseTemplates", "application/json").String()), &problem); err != nil || problem.Title == "" || problem.Type != "about:blank" {
			t.Errorf("%s: %v %+v", kind, err, problem)
		}
		if got := p.At("ResponseParameters", "gatewayresponse.header.Content-Type").Value; got != "'application/problem+json'" {
			t.Errorf("%s: media type %v", kind, got)
		}
		origin := p.At("ResponseParameters", "gatewayresponse.header.Access-Control-Allow-Origin").Value
		if strings.HasPrefix(r.ID, "FrontDoor") && origin != "'https://www.example.org'" || strings.HasPrefix(r.ID, "Slow") && origin != nil {
			t.Errorf("%s: shown to %v", r.ID, origin)
		}
		if strings.HasPrefix(r.ID, "FrontDoor") {
			delete(want, kind)
		}
	}
	for kind := range want {
		t.Errorf("%s is left as API Gateway words it", kind)
	}
}

func TestValidate(t *testing.T) {
	keyed := route.Route{Method: "GET", Path: "/a", Scope: "x", APIKey: true}
	for _, x := range []struct {
		p    restapi.Props
		want []string
	}{
		{restapi.Props{Routes: []route.Route{keyed}, DenyCIDRs: []string{"everybody"}, Timeout: 6 * time.Minute, LogDays: -1, CORSOrigins: []string{"*"}}, []string{
			"Handler: give a Handler or a Link, and not both", "UserPool: missing", "Rate: 0", "Burst: 0", "Plan: missing; GET /a ask", `DenyCIDRs[0]: "everybody"`, "Timeout: 6m0s",
			"LogKey: missing", "LogDays: -1", `CORSOrigins[0]: "*"`,
		}},
		{restapi.Props{Plan: &restapi.Plan{Clients: []string{"a", "a", ""}, DailyQuota: -1}}, []string{
			"Routes: missing", "Plan: limits nobody", `Plan.Clients[1]: "a" is there twice`, `Plan.Clients[2]: ""`, "Plan.Rate: 0", "Plan.Burst: 0", "Plan.DailyQuota: -1",
		}},
	} {
		err := x.p.Validate()
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want it to say %s", err, want)
			}
		}
	}
}
