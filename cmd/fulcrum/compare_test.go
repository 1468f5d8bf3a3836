package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	sampleAssembly = "../../compare/testdata/cdk.out"
	sampleDesign   = "../../compare/testdata/design.yaml"
)

// run runs the command line on the sample and returns what it prints.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	c := root()
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	c.SetArgs(args)
	err := c.Execute()
	return out.String(), err
}

func onSample(args ...string) []string {
	return append(args, "--assembly", sampleAssembly, "--design", sampleDesign)
}

func TestCompareInEveryFormat(t *testing.T) {
	for format, want := range map[string]string{
		"text": "FRONT-DOOR", "md": "# Dinner: options compared", "html": "<!doctype html>", "json": `"trade_offs"`,
	} {
		out, err := run(t, onSample("compare", "--format", format)...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v, want %q in %.200s", format, err, want, out)
		}
		if strings.Contains(out, "\x1b[") {
			t.Errorf("%s is coloured where no terminal is", format)
		}
	}
}

func TestCompareWritesTheReport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	out, err := run(t, onSample("compare", "--out", dir, "--quiet")...)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2 trade-offs, 3 stacks, 298 resources, 100 % priced\n"; out != want {
		t.Errorf("printed %q, want %q", out, want)
	}
	for _, name := range []string{"index.html", "report.md", "report.json"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil || !json.Valid(data) {
		t.Errorf("report.json: %v", err)
	}
}

func TestCompareSummaryAndNamedStacks(t *testing.T) {
	out, err := run(t, onSample("compare", "--summary")...)
	if err != nil || !strings.Contains(out, "front-door  http-api  http-api $") || !strings.Contains(out, "alb from") {
		t.Errorf("summary: %v\n%s", err, out)
	}
	out, err = run(t, onSample("compare", "Baseline", "FrontDoor-Alb")...)
	if err != nil || !strings.Contains(out, "Which of these stacks?") {
		t.Errorf("stacks: %v\n%.300s", err, out)
	}
}

func TestCompareRefusesInPlainWords(t *testing.T) {
	truncated := t.TempDir()
	if err := os.WriteFile(filepath.Join(truncated, "manifest.json"), []byte(`{"version":"54`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		args []string
		want []string
	}{
		{onSample("compare", "--format", "pdf", "--tradeoff", "door"), []string{`unknown format "pdf"; allowed: text, md, json, html`, `unknown trade-off "door" (did you mean front-door?); known: front-door`}},
		{[]string{"explain", "cost"}, []string{"fulcrum explain got 1 argument: give which figure of which stack"}},
		{[]string{"diff", "A"}, []string{"fulcrum diff got 1 argument: give two stacks"}},
		{[]string{"check", "design.yaml"}, []string{`takes no argument, got "design.yaml"; its settings are flags`}},
		{[]string{"check", "--desgin", "x"}, []string{`unknown flag "--desgin" (did you mean --design?); known: --design`}},
		{[]string{"estimat"}, []string{`unknown command "estimat" (did you mean estimate?); known: check, estimate, compare`}},
		{[]string{"bogus"}, []string{`unknown command "bogus"; known: check, estimate, compare`}},
		{[]string{"estimate", "--column", "mid", "--format", "pdf", "--design", "absent.yaml"}, []string{"--column mid: give low, base or peak", "--format pdf: give text, md or json", "absent.yaml"}},
		{[]string{"price", "--prices", "absent.csv"}, []string{"got flags and no service: give one, for example fulcrum price http-api"}},
		{onSample("compare", "Basline"), []string{`unknown stack "Basline" (did you mean Baseline?); known: Baseline`}},
		{[]string{"compare", "--assembly", sampleDesign, "--design", sampleDesign}, []string{"not a directory; name the cdk.out"}},
		{[]string{"compare", "--assembly", truncated, "--design", sampleDesign}, []string{"ends too early"}},
		{[]string{"compare", "--assembly", truncated, "--design", "absent.yaml"}, []string{"ends too early", "absent.yaml"}},
		{onSample("explain", "price", "Baseline"), []string{`unknown figure "price"; known: cost, limit, availability, latency, posture, verdict`}},
		{onSample("explain", "cost", "Base"), []string{`unknown stack "Base"`}},
		{onSample("explain", "cost", "Baseline", "nothing-such"), []string{`has nothing like "nothing-such"`}},
		{[]string{"diff", "A", "Baseline", "--assembly", sampleAssembly}, []string{`unknown stack "A"`}},
		{[]string{"diff", "Baseline", "Baseline", "--assembly", sampleAssembly, "--format", "md"}, []string{`unknown format "md"`}},
	} {
		out, err := run(t, x.args...)
		if err == nil {
			t.Errorf("%v: no error, printed %.100s", x.args, out)
			continue
		}
		for _, w := range x.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v: %q misses %q", x.args, err, w)
			}
		}
	}
}

func TestExplainAndDiff(t *testing.T) {
	out, err := run(t, onSample("explain", "cost", "FrontDoor-Alb", "front-door")...)
	if err != nil || !strings.Contains(out, "← largest") || !strings.Contains(out, "fulcrum price alb") {
		t.Errorf("explain: %v\n%s", err, out)
	}
	out, err = run(t, "diff", "Baseline", "FrontDoor-Alb", "--assembly", sampleAssembly)
	if err != nil || !strings.Contains(out, "security\n") || !strings.Contains(out, "+ FrontDoor  AWS::ElasticLoadBalancingV2::LoadBalancer") {
		t.Errorf("diff: %v\n%s", err, out)
	}
	out, err = run(t, "diff", "Baseline", "Baseline", "--assembly", sampleAssembly)
	if err != nil || out != "no difference\n" {
		t.Errorf("diff with itself: %v, %q", err, out)
	}
}
