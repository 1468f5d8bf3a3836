package app

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestSaga reads off the template that the state machine is the one that is tested
// with its code, that whoever serves the API may run it and no other, and that what
// it carries is under a key and in no log.
func TestSaga(t *testing.T) {
	all := resources(templates["Coordination-Orchestration"])
	r := router{t: t, resources: all}
	machines := r.ofType("AWS::StepFunctions::StateMachine")
	if len(machines) != 1 {
		t.Fatalf("%d state machines", len(machines))
	}
	definition, _ := property(machines[0], "DefinitionString").(string)
	tested, err := os.ReadFile("../../lambdas/saga/reservation.asl.json")
	if err != nil || definition != string(tested) {
		t.Fatalf("the machine is not lambdas/saga/reservation.asl.json: %v", err)
	}
	if property(machines[0], "StateMachineType") != "EXPRESS" || property(machines[0], "LoggingConfiguration", "IncludeExecutionData") != false {
		t.Errorf("the machine is %s", text(t, machines[0]["Properties"]))
	}
	runs := 0
	for id, policy := range all {
		if policy["Type"] != "AWS::IAM::Policy" {
			continue
		}
		statements, _ := property(policy, "PolicyDocument", "Statement").([]any)
		for _, one := range statements {
			statement, _ := one.(map[string]any)
			if statement["Action"] == "states:StartSyncExecution" {
				runs++
				if !strings.HasPrefix(id, "Api") || all[target(statement["Resource"])]["Type"] != "AWS::StepFunctions::StateMachine" {
					t.Errorf("%s may run %v", id, statement["Resource"])
				}
			} else if content, err := json.Marshal(statement["Action"]); err == nil && strings.Contains(string(content), "states:") {
				t.Errorf("%s may %s", id, content)
			}
		}
	}
	if runs != 1 {
		t.Errorf("%d policies let somebody run the machine", runs)
	}
	if property(all["Api9AF3637B"], "Environment", "Variables", "RESERVATION_SAGA") == nil {
		t.Error("the API does not know the machine")
	}
}

// TestSagaChangesOneThing wants nothing in the option's difference but the machine,
// what does its steps, and who runs it.
func TestSagaChangesOneThing(t *testing.T) {
	changesOnly(t, "Coordination-Orchestration", []string{"Saga", "Reservation"}, []string{"Api", "Keybookings"})
}
