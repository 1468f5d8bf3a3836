package app

import (
	"encoding/json"
	"strings"
	"testing"

	"fulcrum/design/role"
)

// integrated returns the integrations of a stack's methods with AWS services, by
// the service.
func integrated(stack string) map[string][]map[string]any {
	found := map[string][]map[string]any{}
	for _, r := range resources(templates[stack]) {
		if r["Type"] != "AWS::ApiGateway::Method" {
			continue
		}
		p, _ := r["Properties"].(map[string]any)
		i, _ := p["Integration"].(map[string]any)
		if i["Type"] != "AWS" {
			continue
		}
		uri := jsonText(i["Uri"])
		for _, service := range []string{"s3", "kinesis", "events", "sqs"} {
			if strings.Contains(uri, ":"+service+":") {
				found[service] = append(found[service], p)
			}
		}
	}
	return found
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TestIntegrations wants each option to hand its route, and only it, straight to
// its service, for callers with a token that the door has verified, and something
// behind it that reads what was handed over.
func TestIntegrations(t *testing.T) {
	for stack, x := range map[string]struct {
		service, consumer string
		methods           int
	}{
		"Integration-S3":      {"s3", "photos", 2},
		"Integration-Kinesis": {"kinesis", "interest", 1},
		"Integration-Events":  {"events", "interest", 1},
		"Integration-Queue":   {"sqs", "interest", 1},
	} {
		found := integrated(stack)
		if len(found) != 1 || len(found[x.service]) != x.methods {
			t.Errorf("%s is integrated with %v", stack, found)
		}
		for _, method := range found[x.service] {
			text := jsonText(method)
			if method["AuthorizationType"] != "COGNITO_USER_POOLS" || jsonText(method["AuthorizationScopes"]) != `["dinner/guest"]` {
				t.Errorf("%s: anybody may call %s", stack, text)
			}
			if !strings.Contains(text, "authorizer.claims.sub") {
				t.Errorf("%s does not say who calls: %s", stack, text)
			}
			if method["RequestValidatorId"] == nil && method["HttpMethod"] != "GET" {
				t.Errorf("%s does not check what it hands on: %s", stack, text)
			}
		}
		reads := false
		for id, r := range resources(templates[stack]) {
			metadata, _ := r["Metadata"].(map[string]any)
			about, _ := metadata[role.MetadataKey].(map[string]any)
			reads = reads || r["Type"] == "AWS::Lambda::Function" && about["role"] == string(role.Consumer) && about["service"] == x.consumer
			if about["role"] == string(role.DeadLetter) && r["Type"] != "AWS::SQS::Queue" {
				t.Errorf("%s: %s holds dead letters", stack, id)
			}
		}
		if !reads {
			t.Errorf("%s: nobody reads what the door hands on", stack)
		}
	}
	if found := integrated("FrontDoor-RestApi"); len(found) != 0 {
		t.Errorf("the proxy is integrated with %v", found)
	}
}
