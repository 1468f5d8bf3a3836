package app

import (
	"strings"
	"testing"
)

const strongEverywhere = "Consistency-GlobalStrong"

// TestStrongInThreeRegions wants the aggregates in two Regions and a witness in a third,
// under a key in each, and without what such a table cannot have; and the read models,
// which need it, copied as elsewhere.
func TestStrongInThreeRegions(t *testing.T) {
	strong := 0
	for id, r := range resources(templates[strongEverywhere]) {
		if r["Type"] != "AWS::DynamoDB::GlobalTable" {
			continue
		}
		p := r["Properties"].(map[string]any)
		replicas := p["Replicas"].([]any)
		regions := map[any]bool{}
		for _, replica := range replicas {
			replica := replica.(map[string]any)
			regions[replica["Region"]] = true
			if key := text(t, replica["SSESpecification"]); !strings.Contains(key, `{"KMSMasterKeyId":{"Fn::GetAtt":[`) {
				t.Errorf("%s in %v is under %s", id, replica["Region"], key)
			}
		}
		if len(regions) != 2 || !regions["eu-west-1"] || !regions["eu-central-1"] {
			t.Errorf("%s is in %v", id, regions)
		}
		if p["MultiRegionConsistency"] != "STRONG" {
			if p["TimeToLiveSpecification"] == nil || p["GlobalTableWitnesses"] != nil {
				t.Errorf("%s, of read models: %s", id, text(t, p))
			}
			continue
		}
		strong++
		if got := text(t, p["GlobalTableWitnesses"]); got != `[{"Region":"eu-west-3"}]` {
			t.Errorf("witnesses of %s: %s", id, got)
		}
		if p["TimeToLiveSpecification"] != nil || p["LocalSecondaryIndexes"] != nil || p["GlobalSecondaryIndexes"] != nil {
			t.Errorf("%s has what it cannot have, or needs no more: %s", id, text(t, p))
		}
	}
	if strong != 1 {
		t.Errorf("%d tables are strongly consistent, want that of the aggregates", strong)
	}
}

// TestNoTransactionsAreAskedFor wants the program that changes aggregates to be told, and
// nobody to be allowed what the table does not do.
func TestNoTransactionsAreAskedFor(t *testing.T) {
	told := 0
	for id, r := range resources(templates[strongEverywhere]) {
		if r["Type"] == "AWS::Lambda::Function" && strings.Contains(text(t, r["Properties"]), `"CONSISTENCY":"global-strong"`) {
			told++
		}
		if r["Type"] != "AWS::IAM::Policy" {
			continue
		}
		for _, s := range r["Properties"].(map[string]any)["PolicyDocument"].(map[string]any)["Statement"].([]any) {
			if on := text(t, s); strings.Contains(on, "ConditionCheckItem") && strings.Contains(on, `"Store`) {
				t.Errorf("%s may check conditions of the store: %s", id, on)
			}
		}
	}
	if told != 1 {
		t.Errorf("%d programs are told to do without transactions, want the one that answers", told)
	}
}

// TestEventsLeaveTheItems wants a function in the place of the pipe, which reads the
// stream where there may be events, with dead letters and an alarm, and may change items
// and neither make nor delete any.
func TestEventsLeaveTheItems(t *testing.T) {
	template := templates[strongEverywhere]
	if pipes := ofType(template, "AWS::Pipes::Pipe"); len(pipes) != 0 {
		t.Errorf("%d pipes, which find no events in the stream", len(pipes))
	}
	seen := 0
	for id, r := range resources(template) {
		if !strings.HasPrefix(id, "Outbox") {
			continue
		}
		switch content := text(t, r["Properties"]); r["Type"] {
		case "AWS::Lambda::EventSourceMapping":
			seen++
			for _, want := range []string{`"StreamArn"`, `handed`, `"ReportBatchItemFailures"`, `"OnFailure":{"Destination":{"Fn::GetAtt":["OutboxDeadLetter`, `"TRIM_HORIZON"`} {
				if !strings.Contains(content, want) {
					t.Errorf("the mapping has no %s: %s", want, content)
				}
			}
		case "AWS::CloudWatch::Alarm":
			if strings.Contains(content, "IteratorAge") {
				seen++
			}
		case "AWS::IAM::Policy":
			for _, forbidden := range []string{"dynamodb:PutItem", "dynamodb:DeleteItem"} {
				if strings.Contains(content, forbidden) {
					t.Errorf("%s lets %s", id, forbidden)
				}
			}
			if strings.Contains(content, `"events:PutEvents"`) && strings.Contains(content, `"dynamodb:UpdateItem"`) {
				seen++
			}
		}
	}
	if seen != 3 {
		t.Errorf("%d of mapping, alarm and rights", seen)
	}
}
