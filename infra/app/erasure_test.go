package app

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/compare/difference"
	"fulcrum/constructs/keystore"
)

const shredded = "Erasure-CryptoShred"

// TestKeysOfPersonsCannotComeBack reads off the template that the keys have a table
// and a key of their own, and that no copy of them lives as long as the law gives to
// forget somebody.
func TestKeysOfPersonsCannotComeBack(t *testing.T) {
	template := templates[shredded]
	stores := 0
	for id, r := range resources(template) {
		if !strings.HasPrefix(id, "PersonsTable") || r["Type"] != "AWS::DynamoDB::GlobalTable" {
			continue
		}
		stores++
		properties := r["Properties"].(map[string]any)
		for _, replica := range properties["Replicas"].([]any) {
			replica := replica.(map[string]any)
			recovery := replica["PointInTimeRecoverySpecification"].(map[string]any)
			if days := recovery["RecoveryPeriodInDays"].(float64); days >= keystore.Deadline {
				t.Errorf("%s comes back for %v days; the law gives %d", id, days, keystore.Deadline)
			}
			if policy := text(t, replica["ResourcePolicy"]); !strings.Contains(policy, "dynamodb:CreateBackup") || !strings.Contains(policy, `"Deny"`) {
				t.Errorf("%s lets copies be made: %s", id, policy)
			}
			if key := text(t, replica["SSESpecification"]); !strings.Contains(key, "PersonsKey") {
				t.Errorf("%s is under %s", id, key)
			}
		}
	}
	if stores != 1 {
		t.Errorf("%d tables of keys", stores)
	}
	for id, r := range resources(template) {
		if strings.HasPrefix(id, "PersonsKey") || strings.HasPrefix(id, "PersonsTable") || r["Type"] == "AWS::IAM::Policy" {
			continue
		}
		if s := text(t, r["Properties"]); strings.Contains(s, "PersonsKey") && r["Type"] != "AWS::Lambda::Function" {
			t.Errorf("%s, a %s, is under the key of the keys", id, r["Type"])
		}
	}
}

// TestWhoMayTouchKeysOfPersons wants the program that answers to use keys, one
// function to destroy them, and nothing else to come near.
func TestWhoMayTouchKeysOfPersons(t *testing.T) {
	var uses, destroys []string
	for id, r := range resources(templates[shredded]) {
		if r["Type"] != "AWS::IAM::Policy" {
			continue
		}
		document := r["Properties"].(map[string]any)["PolicyDocument"].(map[string]any)
		for _, s := range document["Statement"].([]any) {
			s := s.(map[string]any)
			on, actions := text(t, s["Resource"]), text(t, s["Action"])
			if !strings.Contains(on, "Persons") {
				continue
			}
			switch {
			case strings.Contains(actions, "DeleteItem"):
				destroys = append(destroys, id)
			case strings.Contains(actions, "GenerateDataKeyWithoutPlaintext"):
				uses = append(uses, id)
				if !strings.Contains(text(t, s["Condition"]), "kms:EncryptionContext:person") {
					t.Errorf("%s unwraps keys without saying whose: %v", id, s)
				}
			}
		}
	}
	if len(uses) != 1 || !strings.HasPrefix(uses[0], "Api") || len(destroys) != 1 || !strings.HasPrefix(destroys[0], "Consumererasure") {
		t.Errorf("used by %v, destroyed by %v", uses, destroys)
	}
}

// TestGuestForgottenDestroysTheKey wants the event to come to the function that
// destroys keys through a queue that keeps it, and the rest of the difference to be
// what seals.
func TestGuestForgottenDestroysTheKey(t *testing.T) {
	found := false
	for id, r := range resources(templates[shredded]) {
		if r["Type"] == "AWS::Events::Rule" && strings.HasPrefix(id, "Consumererasure") {
			found = true
			if pattern := text(t, r["Properties"].(map[string]any)["EventPattern"]); pattern != `{"detail-type":["Guest Forgotten"],"source":["dinner.identity"]}` {
				t.Errorf("the rule selects %s", pattern)
			}
		}
	}
	if !found {
		t.Error("no rule")
	}
	d := difference.Of(templates[baseline], templates[shredded])
	for _, r := range slices.Concat(d.Added, d.Removed) {
		if !hasPrefix(r.ID, []string{"Persons", "Consumererasure"}) {
			t.Errorf("adds or removes %s %s", r.Type, r.ID)
		}
	}
	for _, c := range d.Changed {
		if !hasPrefix(c.ID, []string{"Api", "FrontDoor", "Schemas", "ServiceLevelsDashboard"}) {
			t.Errorf("changes %s at %s", c.ID, c)
		}
	}
}

// TestLogsNameNobody wants the subject of a token in the access log, but where a
// person must be forgotten in it too.
func TestLogsNameNobody(t *testing.T) {
	for name, want := range map[string]bool{baseline: true, shredded: false} {
		logged := false
		for _, r := range resources(templates[name]) {
			if r["Type"] == "AWS::ApiGatewayV2::Stage" {
				logged = strings.Contains(text(t, r["Properties"]), "claims.sub")
			}
		}
		if logged != want {
			t.Errorf("%s: the subject in the access log: %v", name, logged)
		}
	}
}

// TestTheAccountIsDeleted wants whoever destroys keys to know the one pool, and to be
// the only one who may delete its members, and nothing else of the pool.
func TestTheAccountIsDeleted(t *testing.T) {
	all := resources(templates[shredded])
	var may []string
	for id, r := range all {
		if r["Type"] != "AWS::IAM::Policy" {
			continue
		}
		for _, one := range property(r, "PolicyDocument", "Statement").([]any) {
			statement := one.(map[string]any)
			if !strings.Contains(text(t, statement["Action"]), "cognito-idp:") {
				continue
			}
			may = append(may, id)
			if statement["Action"] != "cognito-idp:AdminDeleteUser" || all[target(statement["Resource"])]["Type"] != "AWS::Cognito::UserPool" {
				t.Errorf("%s may %v on %v", id, statement["Action"], statement["Resource"])
			}
		}
	}
	if len(may) != 1 || !strings.HasPrefix(may[0], "Consumererasure") {
		t.Errorf("%v may", may)
	}
	for id, r := range all {
		pool := property(r, "Environment", "Variables", "USER_POOL")
		if (pool != nil) != (r["Type"] == "AWS::Lambda::Function" && strings.HasPrefix(id, "Consumererasure")) {
			t.Errorf("%s has the pool %v", id, pool)
		}
	}
}
