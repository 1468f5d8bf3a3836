package design

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProblems holds the report about each testdata/x.yaml against x.golden.
func TestProblems(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatal("no inputs", err)
	}
	goldens, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, golden := range goldens {
		left[golden] = true
	}
	for _, input := range inputs {
		golden := strings.TrimSuffix(input, ".yaml") + ".golden"
		delete(left, golden)
		src, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		got := "no problems\n"
		if _, err := Parse(filepath.Base(input), src); err != nil {
			got = err.Error() + "\n"
		}
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", input, diff)
		}
	}
	for golden := range left {
		t.Errorf("%s has no input", golden)
	}
}

// TestStrongReadOfAReadModel wants a promise that nothing can keep to be refused.
func TestStrongReadOfAReadModel(t *testing.T) {
	content, err := os.ReadFile("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	asked := strings.Replace(string(content), "consistency: eventual\n    items: 20", "consistency: strong\n    items: 20", 1)
	if _, err = Parse("design.yaml", []byte(asked)); err == nil || !strings.Contains(err.Error(), `the query "Find Dinners" asks for a strong read of a read model`) {
		t.Errorf("got %v", err)
	}
}

// TestAMisspeltKeyIsOneProblem: a key that must be there and is misspelt is not missing
// as well.
func TestAMisspeltKeyIsOneProblem(t *testing.T) {
	src, err := os.ReadFile("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for right, wrong := range map[string]string{"system: Dinner\n": "systen: Dinner\n", "\nclients:": "\nclientz:", "  peak-factor: 30": "  peak-facter: 30"} {
		_, err := Parse("design.yaml", []byte(strings.Replace(string(src), right, wrong, 1)))
		if err == nil || !strings.Contains(err.Error(), "(did you mean ") || !strings.HasSuffix(err.Error(), "\n1 problem; nothing was synthesized") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
