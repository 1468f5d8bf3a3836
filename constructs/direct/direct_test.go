package direct_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"fulcrum/constructs/direct"
	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/keys"
	"fulcrum/constructs/route"
)

var template *synth.Template

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Direct", func(stack awscdk.Stack) {
		key := keys.New(stack, "Events", keys.Props{DataClass: "events"})
		bucket := awss3.NewBucket(stack, jsii.String("Bucket"), &awss3.BucketProps{Encryption: awss3.BucketEncryption_KMS, EncryptionKey: key.KMS, EnforceSSL: jsii.Bool(true)})
		rest := awsapigateway.NewRestApi(stack, jsii.String("API"), &awsapigateway.RestApiProps{CloudWatchRole: jsii.Bool(false)})
		rest.Node().TryRemoveChild(jsii.String("Endpoint"))
		door := direct.Door{Caller: "context.authorizer.claims.sub", Origin: "https://www.example.org"}
		signal := route.Route{Method: "POST", Path: "/dinners/{dinnerId}/interest"}
		for id, s := range map[string]direct.Service{
			"Stream": direct.Stream{Key: key, Kinesis: awskinesis.NewStream(stack, jsii.String("Stream"), &awskinesis.StreamProps{
				Encryption: awskinesis.StreamEncryption_KMS, EncryptionKey: key.KMS,
			})},
			"Bus":      direct.Bus{Events: awsevents.NewEventBus(stack, jsii.String("Bus"), nil), Source: "dinner.interest", Type: "Interest Shown"},
			"Queue":    direct.Queue{Key: key, SQS: awssqs.NewQueue(stack, jsii.String("Queue"), &awssqs.QueueProps{EncryptionMasterKey: key.KMS, EnforceSSL: jsii.Bool(true)})},
			"Upload":   direct.Upload{Bucket: bucket, Key: key, Prefix: "photos/", Types: []string{"image/jpeg"}},
			"Download": direct.Download{Bucket: bucket, Key: key, Prefix: "photos/", Types: []string{"image/jpeg"}},
		} {
			if err := s.Validate(); err != nil {
				panic(err)
			}
			i := s.Integrate(constructs.NewConstruct(stack, jsii.String(id+"Integration")), signal, door)
			rest.Root().AddResource(jsii.String(id), nil).AddMethod(jsii.String("POST"), i.AWS, &awsapigateway.MethodOptions{
				AuthorizationType: awsapigateway.AuthorizationType_IAM, MethodResponses: &i.Responses,
			})
		}
	})
}

// integration returns the integration of the method under a path.
func integration(t *testing.T, id string) synth.Node {
	t.Helper()
	for _, m := range template.OfType("AWS::ApiGateway::Method") {
		if strings.HasPrefix(m.ID, "API"+id) {
			return m.Properties.At("Integration")
		}
	}
	t.Fatalf("no method of %s", id)
	return synth.Node{}
}

// text joins a template's text, with names for what is known at deployment only.
func text(n synth.Node) string {
	if s, ok := n.Value.(string); ok {
		return s
	}
	var b strings.Builder
	for _, part := range n.At("Fn::Join", 1).List() {
		if s, ok := part.Value.(string); ok {
			b.WriteString(s)
		} else {
			b.WriteString("NAME")
		}
	}
	return b.String()
}

// rendered is what a mapping template makes of a request or an answer.
type rendered struct {
	Text     string
	Override struct {
		Status float64
		Header map[string]string
	}
}

func render(t *testing.T, template, body, dinnerID, caller string) rendered {
	t.Helper()
	input, err := json.Marshal(map[string]any{
		"template": template, "body": body, "path": map[string]string{"dinnerId": dinnerID},
		"context": map[string]any{
			"extendedRequestId": "X1=", "requestId": "R1", "requestTimeEpoch": 1893456000000,
			"authorizer": map[string]any{"claims": map[string]any{"sub": caller}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "../../node_modules/.bin/node", "testdata/render.cjs")
	command.Stdin = bytes.NewReader(input)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("rendering: %v; run make node_modules", err)
	}
	var r rendered
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return r
}

// sent reads back the record that a service was sent.
func sent(t *testing.T, service, request string) (record, envelope map[string]any) {
	t.Helper()
	var raw string
	switch service {
	case "Queue":
		form, err := url.ParseQuery(request)
		if err != nil {
			t.Fatal(err)
		}
		if form.Get("Action") != "SendMessage" || form.Get("Version") != "2012-11-05" || len(form) != 3 {
			t.Errorf("form %v", form)
		}
		raw = form.Get("MessageBody")
	default:
		if err := json.Unmarshal([]byte(request), &envelope); err != nil {
			t.Fatalf("%v in %s", err, request)
		}
		if service == "Bus" {
			entries, _ := envelope["Entries"].([]any)
			if len(entries) != 1 {
				t.Fatalf("entries %v", envelope)
			}
			envelope, _ = entries[0].(map[string]any)
			raw, _ = envelope["Detail"].(string)
			break
		}
		data, err := base64.StdEncoding.DecodeString(envelope["Data"].(string))
		if err != nil {
			t.Fatal(err)
		}
		raw = string(data)
	}
	if err := json.Unmarshal([]byte(raw), &record); err != nil {
		t.Fatalf("%s: %v in %s", service, err, raw)
	}
	return record, envelope
}

// TestRequestsCarryBodyAndCaller renders each mapping for plain and for hostile
// input, and wants back exactly what went in.
func TestRequestsCarryBodyAndCaller(t *testing.T) {
	for _, service := range []string{"Stream", "Bus", "Queue"} {
		request := text(integration(t, service).At("RequestTemplates", "application/json"))
		for _, c := range []struct{ dinner, caller string }{
			{"01JD", "ann"},
			{`","caller":"eve`, `an'n"\`},
			{`&Action=PurgeQueue#set($x=1)`, "$context.requestId ${q} é\n"},
		} {
			const body = `{"kind":"viewed","note":"it's \"so\" & more \\ #end $q"}`
			got, envelope := sent(t, service, render(t, request, body, c.dinner, c.caller).Text)
			want := map[string]any{
				"id": "X1=", "sentAt": 1893456000000.0, "caller": c.caller, "dinnerId": c.dinner,
				"body": map[string]any{"kind": "viewed", "note": `it's "so" & more \ #end $q`},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: -want +got:\n%s", service, diff)
			}
			switch service {
			case "Stream":
				if envelope["PartitionKey"] != c.dinner || envelope["StreamName"] != "NAME" || len(envelope) != 3 {
					t.Errorf("record %v", envelope)
				}
			case "Bus":
				if envelope["Source"] != "dinner.interest" || envelope["DetailType"] != "Interest Shown" || envelope["EventBusName"] != "NAME" || len(envelope) != 4 {
					t.Errorf("entry %v", envelope)
				}
			}
		}
	}
}

// answer finds the response for a status of the service, as API Gateway does: by
// the pattern that matches, else the one without.
func answer(t *testing.T, service, status string) synth.Node {
	t.Helper()
	var otherwise synth.Node
	for _, r := range integration(t, service).At("IntegrationResponses").List() {
		pattern, ok := r.At("SelectionPattern").Value.(string)
		if !ok {
			otherwise = r
			continue
		}
		if regexp.MustCompile("^(" + pattern + ")$").MatchString(status) {
			return r
		}
	}
	return otherwise
}

// TestAnswers wants what each service can say to reach the client as what it means.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		service, status, body string
		want                  float64
	}{
		{"Stream", "200", `{"ShardId":"0"}`, 202},
		{"Stream", "400", `{"__type":"ProvisionedThroughputExceededException"}`, 503},
		{"Stream", "400", `{"__type":"KMSThrottlingException"}`, 503},
		{"Stream", "400", `{"__type":"AccessDeniedException"}`, 500},
		{"Stream", "400", `{}`, 500},
		{"Stream", "500", `{}`, 503},
		{"Stream", "302", `{}`, 500},
		{"Bus", "200", `{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}`, 202},
		{"Bus", "200", `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure"}]}`, 503},
		{"Bus", "200", `{}`, 503},
		{"Bus", "400", `{}`, 500},
		{"Bus", "503", `{}`, 503},
		{"Queue", "200", `{}`, 202},
		{"Queue", "403", `{}`, 500},
		{"Queue", "500", `{}`, 503},
		{"Upload", "200", "", 204},
		{"Upload", "403", "", 500},
		{"Upload", "503", "", 503},
		{"Download", "200", "", 200},
		{"Download", "403", "", 404},
		{"Download", "404", "", 404},
		{"Download", "500", "", 503},
	} {
		r := answer(t, c.service, c.status)
		mapped, hasTemplate := r.At("ResponseTemplates", "application/json").Value.(string)
		status := r.At("StatusCode").Value
		kind := r.At("ResponseParameters", "method.response.header.Content-Type").String()
		if hasTemplate {
			got := render(t, mapped, c.body, "", "")
			if got.Override.Status != 0 {
				status, kind = float64(got.Override.Status), got.Override.Header["Content-Type"]
			}
			if !json.Valid([]byte(got.Text)) {
				t.Errorf("%s %s: answer is no JSON: %s", c.service, c.status, got.Text)
			}
		}
		if got := strings.TrimSuffix(jsonOf(status), ".0"); strings.Trim(got, `"`) != jsonOf(c.want) {
			t.Errorf("%s %s %s: answers %v, want %v", c.service, c.status, c.body, status, c.want)
		}
		if c.want >= 400 && !strings.Contains(kind, "application/problem+json") {
			t.Errorf("%s %s: an error of type %s", c.service, c.status, kind)
		}
	}
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v) // a string or a number
	return string(text)
}

// TestRolesDoOneThing wants each integration's role to do one action on one
// resource, and nothing but what that takes under the key.
func TestRolesDoOneThing(t *testing.T) {
	want := map[string]string{
		"Stream": "kinesis:PutRecord", "Bus": "events:PutEvents", "Queue": "sqs:SendMessage", "Upload": "s3:PutObject", "Download": "s3:GetObject",
	}
	for service, action := range want {
		found := 0
		for _, p := range template.OfType("AWS::IAM::Policy") {
			if !strings.HasPrefix(p.ID, service+"Integration") {
				continue
			}
			for _, s := range p.Properties.At("PolicyDocument", "Statement").List() {
				found++
				if got := s.At("Action").String(); got != action && !strings.Contains(got, "kms:") {
					t.Errorf("%s may %s", service, got)
				}
				if s.At("Resource").String() == "*" {
					t.Errorf("%s may %s on everything", service, s.At("Action"))
				}
				if strings.HasPrefix(action, "s3:") && s.At("Action").String() == action && !strings.Contains(s.At("Resource").String(), "/photos/*") {
					t.Errorf("%s reaches %s", service, s.At("Resource"))
				}
			}
		}
		if found == 0 {
			t.Errorf("%s has no policy", service)
		}
	}
}

// TestObjectsBelongToTheirCaller wants the key of an object to come from the token
// and from nothing that a client sends, and no browser to run what it is sent.
func TestObjectsBelongToTheirCaller(t *testing.T) {
	for _, service := range []string{"Upload", "Download"} {
		i := integration(t, service)
		if got := i.At("RequestParameters", "integration.request.path.caller").String(); got != "context.authorizer.claims.sub" {
			t.Errorf("%s keys objects by %s", service, got)
		}
		if uri := text(i.At("Uri")); !strings.HasSuffix(uri, "/photos/{caller}") {
			t.Errorf("%s goes to %s", service, uri)
		}
	}
	headers := answer(t, "Download", "200").At("ResponseParameters")
	for header, want := range map[string]string{
		"Content-Disposition": "'attachment'", "X-Content-Type-Options": "'nosniff'", "Content-Security-Policy": "'sandbox'", "Cache-Control": "'no-store'",
		"Access-Control-Allow-Origin": "'https://www.example.org'",
	} {
		if got := headers.At("method.response.header." + header).String(); got != want {
			t.Errorf("%s is %s, want %s", header, got, want)
		}
	}
	if got := answer(t, "Download", "200").At("ContentHandling").String(); got != "CONVERT_TO_BINARY" {
		t.Errorf("content handling %s", got)
	}
}

// TestOnlyJSONIsMapped wants bodies of other types refused, not handed on as they
// are.
func TestOnlyJSONIsMapped(t *testing.T) {
	for _, service := range []string{"Stream", "Bus", "Queue"} {
		i := integration(t, service)
		if got := i.At("PassthroughBehavior").String(); got != "NEVER" {
			t.Errorf("%s: passthrough %s", service, got)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, s := range []direct.Service{direct.Stream{}, direct.Bus{}, direct.Queue{}, direct.Upload{}, direct.Download{}} {
		if err := s.Validate(); err == nil || strings.Count(err.Error(), "missing") < 2 {
			t.Errorf("%T: %v", s, err)
		}
	}
}
