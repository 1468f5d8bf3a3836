package main

import (
	"encoding/json"
	"os"
	"testing"
)

// TestCommittedResult holds the last measurement to what it claims: the simulator
// still gives the figures it was compared with, and the measured ones are within
// the allowance of them.
func TestCommittedResult(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("result.json")
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if r.Requests != requests || r.Seed != seed || r.Date == "" || r.Machine == "" || len(r.Policies) != len(policies) {
		t.Fatalf("result.json is of another scenario: run make validate")
	}
	if err := r.check(); err != nil {
		t.Error(err)
	}
	for i, c := range r.Policies {
		s, err := simulate(t.Context(), policies[i].Policy)
		if err != nil {
			t.Fatal(err)
		}
		if c.Policy != policies[i].Policy || c.P99.Simulated != s.P99.Value || c.Shares[servers-1].Simulated != s.Servers[servers-1] {
			t.Errorf("%s: the simulator has changed since the measurement: run make validate", c.Policy)
		}
	}
}
