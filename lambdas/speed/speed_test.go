package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/example"
)

// TestMeasure measures next to nothing, and holds every program to its size and to
// its memory: those are the same on every machine, times are not.
func TestMeasure(t *testing.T) {
	var out bytes.Buffer
	r := &report{w: &out}
	if err := measure(t, r, effort{starts: 1, rounds: 1, invocations: 20, turns: 1, connections: 4, period: 100 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	for _, large := range r.large {
		t.Error(large)
	}
	if n := strings.Count(out.String(), "\n| server |"); n != 1 {
		t.Errorf("the server is in %d rows of\n%s", n, out.String())
	}
	for _, f := range example.Functions {
		if n := strings.Count(out.String(), "\n| "+f.Name+" |"); n != 2 {
			t.Errorf("%s is in %d rows, want its size and its speed, of\n%s", f.Name, n, out.String())
		}
	}
}

func TestEndSaysWhatIsMissed(t *testing.T) {
	var out bytes.Buffer
	r := &report{w: &out}
	r.most("a", 3<<20, 3<<20)
	r.end()
	r.most("b", 3<<20+60<<10, 3<<20)
	r.end()
	if got := out.String(); got != "Every target is met.\nTargets that are missed:\n\n- b: 3.1 MB of at most 3.0\n" {
		t.Errorf("said %q", got)
	}
}
