package fulcrum

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/lambdas/redrive"
)

// TestEveryDeadLetterHasAWayBack wants the redriver to know, from the baseline's
// template, where the letters of every dead-letter queue go.
func TestEveryDeadLetterHasAWayBack(t *testing.T) {
	template, err := os.ReadFile(filepath.Join("infra", "app", "testdata", "Baseline.json"))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := redrive.Plan(template)
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Count(string(template), `"role": "dead-letter"`); len(plan) != all || all == 0 {
		t.Errorf("%d ways for %d dead-letter queues", len(plan), all)
	}
	kinds := map[redrive.Kind]int{}
	for _, w := range plan {
		kinds[w.Kind]++
		if w.Kind == redrive.ByHand || w.From == "" || w.To == "" {
			t.Errorf("%s: %+v", w.Dead, w)
		}
		if w.Kind == redrive.ByPipe && (w.Table == "" || w.Pipe.Template == "" || len(w.Pipe.Filter) == 0) {
			t.Errorf("%s: %+v", w.Dead, w)
		}
	}
	for _, kind := range []redrive.Kind{redrive.ToQueue, redrive.ToBus, redrive.ByPipe} {
		if kinds[kind] == 0 {
			t.Errorf("no letters go by %s: %v", kind, kinds)
		}
	}
}
