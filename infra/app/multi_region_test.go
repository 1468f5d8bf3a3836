package app

import (
	"strings"
	"testing"
)

const multiRegion = "Encryption-MultiRegion"

// TestOneKeyInTwoRegions wants a primary key in the home Region, which rotates, its
// replica in the second one, and nothing else in two places: the tables' copies have
// keys of their own Region under this option too.
func TestOneKeyInTwoRegions(t *testing.T) {
	primaries := ofType(templates[multiRegion+"-Keys"], "AWS::KMS::Key")
	if len(primaries) != 1 || primaries[0]["MultiRegion"] != true || primaries[0]["EnableKeyRotation"] != true {
		t.Errorf("primary keys: %s", text(t, primaries))
	}
	replicas := ofType(templates[multiRegion+"-SecondaryKeys"], "AWS::KMS::ReplicaKey")
	if len(replicas) != 1 || !strings.Contains(text(t, replicas[0]["PrimaryKeyArn"]), `"PersonKeysKeyArn"`) {
		t.Fatalf("replicas: %s", text(t, replicas))
	}
	for _, s := range []struct{ stack, region string }{
		{multiRegion, "eu-west-1"}, {multiRegion + "-Keys", "eu-west-1"}, {multiRegion + "-SecondaryKeys", "eu-central-1"},
	} {
		about := templates[s.stack]["Metadata"].(map[string]any)["fulcrum"].(map[string]any)
		if about["region"] != s.region {
			t.Errorf("%s is in %v, want %s", s.stack, about["region"], s.region)
		}
	}
	multi := 0
	for name, template := range templates {
		for _, k := range ofType(template, "AWS::KMS::Key") {
			if k["MultiRegion"] == true {
				multi++
			}
		}
		if n := len(ofType(template, "AWS::KMS::ReplicaKey")); n > 0 && name != multiRegion+"-SecondaryKeys" {
			t.Errorf("%s has %d replicas", name, n)
		}
	}
	if multi != 1 {
		t.Errorf("%d keys can leave their Region, want one", multi)
	}
}

// TestKeysOfPersonsAreInBothRegions wants the table of the wrapped keys to be where the
// key is that unwraps them: under the primary at home, under the replica beside the
// copies of the data, and programs at home to use the primary.
func TestKeysOfPersonsAreInBothRegions(t *testing.T) {
	template := templates[multiRegion]
	under := map[any]string{}
	for id, r := range resources(template) {
		if !strings.HasPrefix(id, "PersonsTable") || r["Type"] != "AWS::DynamoDB::GlobalTable" {
			continue
		}
		for _, replica := range r["Properties"].(map[string]any)["Replicas"].([]any) {
			replica := replica.(map[string]any)
			under[replica["Region"]] = text(t, replica["SSESpecification"])
			// CloudFormation fails if it is to give a policy to a copy that it makes elsewhere.
			policy, home := text(t, replica["ResourcePolicy"]), replica["Region"] == "eu-west-1"
			if refuses := strings.Contains(policy, "dynamodb:CreateBackup") && strings.Contains(policy, `"Deny"`); refuses != home {
				t.Errorf("the copy in %v refuses copies of it: %v", replica["Region"], refuses)
			}
		}
	}
	if len(under) != 2 || !strings.Contains(under["eu-west-1"], `"PrimaryKeys`) || !strings.Contains(under["eu-central-1"], `"SecondaryKeys`) {
		t.Errorf("keys of the table's copies: %v", under)
	}
	for id, r := range resources(template) {
		if strings.HasPrefix(id, "Api") && r["Type"] == "AWS::Lambda::Function" && !strings.Contains(text(t, r["Properties"]), `"PERSON_KEY":{"Fn::GetAtt":["PrimaryKeys`) {
			t.Errorf("%s seals under %s", id, text(t, r["Properties"].(map[string]any)["Environment"]))
		}
	}
}
