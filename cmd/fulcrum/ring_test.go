package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// commandOutput runs a command with arguments and returns what it wrote.
func commandOutput(c *cobra.Command, args ...string) (string, error) {
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	c.SilenceUsage, c.SilenceErrors = true, true
	err := c.ExecuteContext(context.Background())
	return out.String(), err
}

func TestRingJSON(t *testing.T) {
	t.Parallel()
	out, err := commandOutput(newRing(), "--algorithm", "ring", "--nodes", "10", "--keys", "1e5", "--add", "1", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for _, field := range []string{"moved_fraction", "ideal_fraction", "load_max_over_mean", "load_stddev_over_mean", "lookup_ns"} {
		if v, ok := got[field].(float64); !ok || v <= 0 {
			t.Errorf("field %s is %v", field, got[field])
		}
	}
	if moved := got["moved_fraction"].(float64); moved < 0.06 || moved > 0.13 {
		t.Errorf("moved %v, want about 1/11", moved)
	}
}

func TestRingTable(t *testing.T) {
	t.Parallel()
	out, err := commandOutput(newRing(), "--nodes", "3", "--weights", "1,1,2", "--keys", "10000", "--remove", "1")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "with even shares 50.00 % must move") || strings.Contains(out, "jump") || strings.Count(out, "\n") != 8 {
		t.Errorf("got\n%s", out)
	}
}

func TestRingReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := commandOutput(newRing(), "--algorithm", "md5", "--nodes", "3", "--weights", "1,x", "--keys", "0.5", "--add", "1", "--remove", "3")
	if err == nil {
		t.Fatal("wrong flags were accepted")
	}
	for _, want := range []string{`unknown algorithm "md5"`, "--weights 1,x", "--keys 0.5", "at most 2 can leave", "one change at a time"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q:\n%v", want, err)
		}
	}
}
