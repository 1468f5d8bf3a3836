package fulcrum

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fulcrum/lambdas/redrive"
)

// byHand are the dead-letter queues whose letters nothing sends again, and why.
var byHand = map[string]string{
	"InterestDeadLetterDEADFA6E": "of the option kinesis: they say where in its stream signals of interest are, and nothing reads that again",
}

// TestEveryDeadLetterHasAWayBack wants the redriver to know, from the templates of the
// baseline and of every option, where the letters of every dead-letter queue go.
func TestEveryDeadLetterHasAWayBack(t *testing.T) {
	baseline := resourcesOf(t, filepath.Join("infra", "app", "testdata", "Baseline.json"))
	kinds := map[redrive.Kind]int{}
	check := func(stack string, resources map[string]json.RawMessage) {
		template, err := json.Marshal(map[string]any{"Resources": resources})
		if err != nil {
			t.Fatal(err)
		}
		plan, err := redrive.Plan(template)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Count(string(template), `"role":"dead-letter"`); len(plan) != all || all == 0 {
			t.Errorf("%s: %d ways for %d dead-letter queues", stack, len(plan), all)
		}
		for _, w := range plan {
			kinds[w.Kind]++
			if why := byHand[w.Dead]; w.Kind == redrive.ByHand && why == "" || w.Kind != redrive.ByHand && (w.From == "" || w.To == "") {
				t.Errorf("%s: %s: %+v", stack, w.Dead, w)
			}
			if w.Kind == redrive.ByPipe && (w.Table == "" || w.Pipe.Template == "" || len(w.Pipe.Filter) == 0) || w.Kind == redrive.ByItem && w.Table == "" {
				t.Errorf("%s: %s: %+v", stack, w.Dead, w)
			}
		}
	}
	check("Baseline", baseline)
	options, err := filepath.Glob(filepath.Join("infra", "app", "testdata", "*.diff.json"))
	if err != nil || len(options) == 0 {
		t.Fatalf("no options: %v", err)
	}
	for _, path := range options {
		check(filepath.Base(path), varied(t, baseline, path))
	}
	for _, kind := range []redrive.Kind{redrive.ToQueue, redrive.ToBus, redrive.ByPipe, redrive.ByItem, redrive.ByStep} {
		if kinds[kind] == 0 {
			t.Errorf("no letters go by %s: %v", kind, kinds)
		}
	}
}

// resourcesOf returns the resources of a template, each on one line.
func resourcesOf(t *testing.T, path string) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources map[string]json.RawMessage }
	if err := json.Unmarshal(raw, &template); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return template.Resources
}

// varied returns the resources of an option's stack: the baseline's with those that the
// option adds and without those that it takes away.
func varied(t *testing.T, baseline map[string]json.RawMessage, path string) map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var difference struct {
		Added []struct {
			ID, Type string
			Body     map[string]json.RawMessage
		}
		Removed []struct{ ID string }
	}
	if err := json.Unmarshal(raw, &difference); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	resources := map[string]json.RawMessage{}
	for id, r := range baseline {
		if !slices.ContainsFunc(difference.Removed, func(gone struct{ ID string }) bool { return gone.ID == id }) {
			resources[id] = r
		}
	}
	for _, r := range difference.Added {
		r.Body["Type"], err = json.Marshal(r.Type)
		if err == nil {
			resources[r.ID], err = json.Marshal(r.Body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return resources
}
