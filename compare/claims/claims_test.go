package claims

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fulcrum/design/catalogue"
)

var update = flag.Bool("update", false, "rewrite docs/claims.md")

const (
	root   = "../.."
	ledger = root + "/docs/claims.md"
)

var dated = regexp.MustCompile(`read 20[0-9]{2}-[0-9]{2}`)

// TestEveryClaimHasItsEvidence wants of each claim a verdict, a dated source, and
// something that shows it: an option that the catalogue has, or a test that is there.
func TestEveryClaimHasItsEvidence(t *testing.T) {
	verdicts := map[Verdict]bool{True: true, Partly: true, Outdated: true, Wrong: true}
	for i, c := range Ledger {
		if c.Said == "" || c.Today == "" || !verdicts[c.Verdict] || !dated.MatchString(c.Source) {
			t.Errorf("claim %d is not whole: %+v", i+1, c)
		}
		if len(c.Options)+len(c.Tests) == 0 {
			t.Errorf("claim %d, %q: nothing shows it", i+1, c.Said)
		}
		for _, o := range c.Options {
			id, option, _ := strings.Cut(o, ": ")
			tradeOff, ok := catalogue.Find(id)
			if _, has := tradeOff.Option(option); !ok || !has {
				t.Errorf("claim %d is shown by the unknown option %s", i+1, o)
			}
		}
		for _, name := range c.Tests {
			if !exists(t, name) {
				t.Errorf("claim %d is shown by the unknown test %s", i+1, name)
			}
		}
	}
	if len(Ledger) != 25 {
		t.Errorf("%d claims, want the 25 of the notes", len(Ledger))
	}
}

// exists reports whether a package of the repository has a test, "compare/cost.TestBill".
func exists(t *testing.T, name string) bool {
	t.Helper()
	dir, function, _ := strings.Cut(name, ".")
	files, err := filepath.Glob(filepath.Join(root, dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "\nfunc "+function+"(") {
			return true
		}
	}
	return false
}

func TestLedgerIsCurrent(t *testing.T) {
	got := Markdown()
	if *update {
		if err := os.WriteFile(ledger, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(ledger)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Error("docs/claims.md does not follow from the ledger; run make golden")
	}
}
