package assembly

import "testing"

// TestDirectService reads the service from URIs as the CDK writes them.
func TestDirectService(t *testing.T) {
	const template = `{"Resources":{
		"API":{"Type":"AWS::ApiGateway::RestApi","Metadata":{"fulcrum":{"role":"front-door"}}},
		"Queue":{"Type":"AWS::SQS::Queue"},
		"Stream":{"Type":"AWS::Kinesis::Stream"},
		"Function":{"Type":"AWS::Lambda::Function","Metadata":{"fulcrum":{"role":"compute"}}},
		"ToQueue":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"API"},"Integration":{"Type":"AWS",
			"Uri":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":apigateway:eu-west-1:sqs:path/",{"Ref":"AWS::AccountId"},"/",{"Fn::GetAtt":["Queue","QueueName"]}]]}}}},
		"ToStream":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"API"},"Integration":{"Type":"AWS",
			"Uri":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":apigateway:eu-west-1:kinesis:action/PutRecord"]]},
			"RequestTemplates":{"application/json":{"Fn::Join":["",["{\"StreamName\":\"",{"Ref":"Stream"},"\"}"]]}}}}},
		"ToFunction":{"Type":"AWS::ApiGateway::Method","Properties":{"RestApiId":{"Ref":"API"},"Integration":{"Type":"AWS_PROXY",
			"Uri":{"Fn::Join":["",["arn:aws:apigateway:eu-west-1:lambda:path/functions/",{"Fn::GetAtt":["Function","Arn"]},"/invocations"]]}}}}}}`
	s, err := Parse([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"ToQueue": "sqs", "ToStream": "kinesis", "ToFunction": "", "Queue": ""} {
		r, _ := s.Resource(id)
		if got := DirectService(r); got != want {
			t.Errorf("%s goes to %q, want %q", id, got, want)
		}
	}
	door, _ := s.Resource("API")
	reached := func(async bool) map[string]bool {
		ids := map[string]bool{}
		for _, r := range s.Reached(door, async) {
			ids[r.ID] = true
		}
		return ids
	}
	if near := reached(false); !near["Function"] || near["Queue"] || near["Stream"] {
		t.Errorf("operations of the design pass %v", near)
	}
	if all := reached(true); !all["Queue"] || !all["Stream"] {
		t.Errorf("the door reaches %v", all)
	}
}
