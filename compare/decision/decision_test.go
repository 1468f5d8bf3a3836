package decision_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fulcrum/compare"
	"fulcrum/compare/decision"
	"fulcrum/compare/verdict"
)

// comparison is one of a single trade-off, in which the design took the dearer
// option.
func comparison() compare.Comparison {
	return compare.Comparison{System: "Dinner", Region: "eu-west-1", TradeOffs: []compare.TradeOff{{
		ID: "front-door", Question: "Which door?", Chosen: "alb",
		Options: []compare.Option{{ID: "http-api", DiffersUSD: [3]float64{1, 22, 100}}, {ID: "alb", DiffersUSD: [3]float64{30, 49.5, 99}}},
		Verdict: verdict.Verdict{
			Winner: "http-api", Sentence: "Take http-api.",
			Eliminated: []verdict.Eliminated{{Option: "rest-api", Gate: "need", Reason: "it has no gRPC"}},
			Changes:    []string{"alb from 54 M requests a month"},
		},
	}}}
}

var ids = []string{"compute", "front-door"}

func TestRecords(t *testing.T) {
	records := decision.Records(comparison(), ids)
	if len(records) != 1 || records[0].Name != "0002-front-door.md" {
		t.Fatalf("got %+v", records)
	}
	for _, want := range []string{
		"# 2. front-door: alb", "takes **alb**", "would take http-api; say below why not",
		"| http-api | $1.00 | $22.00 | $100.00 |", "**rest-api**, for its need: it has no gRPC", "- alb from 54 M requests a month",
	} {
		if !strings.Contains(records[0].Text, want) {
			t.Errorf("the record does not say %s:\n%s", want, records[0].Text)
		}
	}
	c := comparison()
	c.TradeOffs[0].Chosen = ""
	if got := decision.Records(c, ids); len(got) != 0 {
		t.Errorf("recorded %v, though nothing was chosen", got)
	}
}

func TestWriteKeepsWhatWasEdited(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "decisions")
	write := func() ([]string, error) { return decision.Write(dir, decision.Records(comparison(), ids)) }
	if written, err := write(); err != nil || len(written) != 1 {
		t.Fatalf("first: %v, %v", written, err)
	}
	if written, err := write(); err != nil || len(written) != 0 {
		t.Errorf("again: %v, %v; want nothing to do", written, err)
	}
	c := comparison()
	c.TradeOffs[0].Options[0].DiffersUSD[1] = 23
	if written, err := decision.Write(dir, decision.Records(c, ids)); err != nil || len(written) != 1 {
		t.Errorf("new figures: %v, %v; want the record replaced", written, err)
	}
	path := filepath.Join(dir, "0002-front-door.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), "Which door?", "Which door, and why?", 1)
	if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := write(); err == nil || !strings.Contains(err.Error(), path+": edited by hand") {
		t.Errorf("over an edited record: %v", err)
	}
	if now, _ := os.ReadFile(path); string(now) != edited {
		t.Error("the edited record was replaced")
	}
}
