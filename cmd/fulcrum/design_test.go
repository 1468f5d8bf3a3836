package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"fulcrum/design"
)

const dinner = "../../design.yaml"

func TestCheckCounts(t *testing.T) {
	t.Parallel()
	out, err := commandOutput(newCheck(), "--design", dinner)
	if err != nil {
		t.Fatal(err)
	}
	if want := dinner + ": 9 operations, 7 events, 3 aggregates, 2 consumers, 6 data classes, 1 need; no problems\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

// changed writes the repository's design with one change and returns its path.
func changed(t *testing.T, before, after string) string {
	t.Helper()
	src, err := os.ReadFile(dinner)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(src), before) {
		t.Fatalf("the design has no %q", before)
	}
	path := filepath.Join(t.TempDir(), "design.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(string(src), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckReportsProblems(t *testing.T) {
	t.Parallel()
	path := changed(t, "front-door: http-api", "front-door: htp-api")
	out, err := commandOutput(newCheck(), "--design", path)
	if err == nil || out != "" {
		t.Fatalf("got %q, %v", out, err)
	}
	for _, want := range []string{path + ":", `unknown option "htp-api" for trade-off front-door`, "(did you mean http-api?)", "1 problem; nothing was synthesized"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q:\n%v", want, err)
		}
	}
}

func TestCheckReportsConflicts(t *testing.T) {
	t.Parallel()
	_, err := commandOutput(newCheck(), "--design", changed(t, "needs: [static-content]", "needs: [static-content, waf, grpc]"))
	if err == nil {
		t.Fatal("needs that the choice cannot serve were accepted")
	}
	for _, want := range []string{"need waf cannot be met with front-door: http-api", "need grpc cannot be met", "2 problems; nothing was synthesized"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %q:\n%v", want, err)
		}
	}
}

func TestEstimateText(t *testing.T) {
	t.Parallel()
	out, err := commandOutput(newEstimate(), "--design", dinner)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out, "\n") {
		if n := utf8.RuneCountInString(line); n > 100 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	for _, want := range []string{
		"  requests, peak                     13.7/s      137/s      685/s  12,000,400 ÷ 2,628,000 s × 30\n",
		"  service executions [1]              0.548       5.48       27.4  137/s × 0.04 s\n",
		"[1] J. D. C. Little",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("does not say %q", want)
		}
	}
	peak, err := commandOutput(newEstimate(), "--design", dinner, "--column", "peak")
	if err != nil || !strings.Contains(peak, "  60,002,000 ÷ 2,628,000 s × 30\n") {
		t.Errorf("at peak: %v\n%s", err, peak)
	}
}

func TestEstimateFormats(t *testing.T) {
	t.Parallel()
	out, err := commandOutput(newEstimate(), "--design", dinner, "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	var e design.Estimate
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, g := range e.Groups {
		lines += len(g.Lines)
	}
	md, err := commandOutput(newEstimate(), "--design", dinner, "--format", "md")
	if err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(md, "<br>peak: "); rows != lines || lines < 50 {
		t.Errorf("%d lines in JSON, %d rows in Markdown", lines, rows)
	}
	for _, line := range strings.Split(md, "\n") {
		if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 6 {
			t.Errorf("not five cells: %s", line)
		}
	}
}

func TestEstimateRefusesUnknownFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--format", "xml"}, {"--column", "middle"}} {
		if _, err := commandOutput(newEstimate(), args...); err == nil || !strings.Contains(err.Error(), args[1]+": give ") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	got := strings.Join(wrap("1.66 GB + 2.29 GB + 793 MB × 12", 18), "|")
	if got != "1.66 GB + 2.29 GB|+ 793 MB × 12" {
		t.Error(got)
	}
}

func TestRootListsEveryCommand(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, c := range root().Commands() {
		if c.Short == "" || names[c.Name()] {
			t.Errorf("command %s has no description or is there twice", c.Name())
		}
		names[c.Name()] = true
	}
	if len(names) != len(commands) || !names["check"] || !names["estimate"] {
		t.Errorf("commands %v", names)
	}
}
