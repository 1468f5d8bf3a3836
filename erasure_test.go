package fulcrum

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// erased is a file of docs/erasure: what an option of the trade-off erasure leaves
// readable about a person who was forgotten. Remains is held to what a rehearsal
// finds; Beside is what no rehearsal on one machine has, with AWS's page on it.
type erased struct {
	Option  string
	Remains []struct {
		Where, What string
		Reads       []string
		Until       string
	}
	Beside []struct{ Where, What, Until, Source string }
}

// TestErasureIsTold holds docs/erasure.md to the files it is written from.
func TestErasureIsTold(t *testing.T) {
	files, err := filepath.Glob("docs/erasure/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in docs/erasure: %v", err)
	}
	var b bytes.Buffer
	b.WriteString("# What is left of a person who was forgotten\n\n" +
		"After *Forget Me*, for each option of the trade-off *erasure*. `lambdas/rehearsal` leaves a person's traces everywhere, forgets them, " +
		"looks everywhere, and fails if it finds more than is said here, or less. The person gave a dinner and went to others, so that a dinner " +
		"may be listed twice: with what it says of its host, and with what it says of a guest.\n")
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var e erased
		if err := json.Unmarshal(raw, &e); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		write(&b, e)
	}
	const path = "docs/erasure.md"
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("%s is not what its files say; run go test . -update. -files +page:\n%s", path, diff)
	}
}

// TestAccessLogsAreTold holds what docs/erasure says of access logs to the formats that
// are deployed: with delete they say who asked, with crypto-shred they do not, and in
// both from where.
func TestAccessLogsAreTold(t *testing.T) {
	const who, from = "authorizer.claims.sub", "identity.sourceIp"
	var stage struct{ AccessLogSettings struct{ Format string } }
	var template struct{ Resources map[string]resource }
	raw, err := os.ReadFile("infra/app/testdata/Baseline.json")
	if err == nil {
		err = json.Unmarshal(raw, &template)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range template.Resources {
		if r.Type == "AWS::ApiGatewayV2::Stage" {
			properties(t, r, &stage)
		}
	}
	var shredding struct {
		Changed []struct{ Path, After string }
	}
	raw, err = os.ReadFile("infra/app/testdata/Erasure-CryptoShred.diff.json")
	if err == nil {
		_ = json.Unmarshal(raw, &shredding) // what else changes is of other types
	}
	formats := map[string]string{"delete": stage.AccessLogSettings.Format, "crypto-shred": ""}
	for _, c := range shredding.Changed {
		if strings.HasSuffix(c.Path, "AccessLogSettings.Format") {
			formats["crypto-shred"] = c.After
		}
	}
	for option, format := range formats {
		raw, err := os.ReadFile("docs/erasure/" + option + ".json")
		var said erased
		if err == nil {
			err = json.Unmarshal(raw, &said)
		}
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, b := range said.Beside {
			if strings.HasPrefix(b.Where, "access log") {
				told = b.What
			}
		}
		if !strings.Contains(format, from) || told == "" {
			t.Errorf("%s: the format is %q, and what is told %q", option, format, told)
		}
		if strings.Contains(format, who) != strings.Contains(told, "the id of who asked") {
			t.Errorf("%s: whether it says who asked is told otherwise: %q, %q", option, format, told)
		}
	}
}

func write(b *bytes.Buffer, e erased) {
	fmt.Fprintf(b, "\n## %s\n\n", e.Option)
	if len(e.Remains) == 0 {
		b.WriteString("Nothing that can be read.\n")
	} else {
		b.WriteString("| where | in what | can be read | until |\n|---|---|---|---|\n")
	}
	for _, r := range e.Remains {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", r.Where, r.What, strings.Join(r.Reads, ", "), r.Until)
	}
	if len(e.Beside) > 0 {
		b.WriteString("\nAnd where no rehearsal can look:\n\n")
	}
	for _, r := range e.Beside {
		fmt.Fprintf(b, "- **%s**: %s; until %s ([AWS](%s))\n", r.Where, r.What, r.Until, r.Source)
	}
}
