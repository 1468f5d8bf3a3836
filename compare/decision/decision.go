// Package decision writes an architecture decision record for each trade-off, from
// the design's choices and the figures of a comparison, and never over one that a
// person has edited.
package decision

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"fulcrum/compare"
	"fulcrum/compare/price"
)

// Record is the decision of one trade-off.
type Record struct {
	// Name is the file's, "0001-front-door.md".
	Name string
	// Text is the whole file, in Markdown.
	Text string
}

// Records returns a record for each trade-off of c that the design chose an option
// of, numbered by the order of the catalogue, which ids gives.
func Records(c compare.Comparison, ids []string) []Record {
	var records []Record
	for _, t := range c.TradeOffs {
		at := slices.Index(ids, t.ID)
		if at < 0 || t.Chosen == "" {
			continue
		}
		body := render(c, t, at+1)
		records = append(records, Record{
			Name: fmt.Sprintf("%04d-%s.md", at+1, t.ID),
			Text: body + "\n" + signature(body) + "\n",
		})
	}
	return records
}

// render returns the record without its signature.
func render(c compare.Comparison, t compare.TradeOff, number int) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("# %d. %s: %s\n", number, t.ID, t.Chosen)
	p("%s\n", t.Question)
	p("## Decision\n")
	p("%s in %s takes **%s**.", c.System, c.Region, t.Chosen)
	if t.Verdict.Winner != "" && t.Verdict.Winner != t.Chosen {
		p("The figures alone would take %s; say below why not.", t.Verdict.Winner)
	}
	p("\n## Figures\n")
	p("%s", t.Verdict.Sentence)
	p("\n| option | a month, low | base | peak |\n|---|--:|--:|--:|")
	for _, o := range t.Options {
		p("| %s | %s | %s | %s |", o.ID, price.Money(o.DiffersUSD[0]), price.Money(o.DiffersUSD[1]), price.Money(o.DiffersUSD[2]))
	}
	p("\nCost of what is not the same in every option, at the load of the design and list prices; `fulcrum explain cost STACK` shows each line with its source.")
	if len(t.Verdict.Eliminated) > 0 {
		p("\n## Out of the question\n")
		for _, e := range t.Verdict.Eliminated {
			p("- **%s**, for its %s: %s", e.Option, e.Gate, e.Reason)
		}
	}
	if len(t.Verdict.Warnings) > 0 {
		p("\n## To be known\n")
		for _, w := range t.Verdict.Warnings {
			p("- %s", w)
		}
	}
	if len(t.Verdict.Changes) > 0 {
		p("\n## What would change it\n")
		for _, change := range t.Verdict.Changes {
			p("- %s", change)
		}
	}
	return b.String()
}

var signed = regexp.MustCompile(`(?s)^(.*)\n(<!-- fulcrum decide [0-9a-f]{64} -->)\n$`)

// signature tells a record as it was written from one that was edited since.
func signature(body string) string {
	return fmt.Sprintf("<!-- fulcrum decide %x -->", sha256.Sum256([]byte(body)))
}

// Write writes the records into dir and returns the names of those that are new or
// changed. It writes nothing if one of them would replace a file that a person
// edited, and names every such file.
func Write(dir string, records []Record) (written []string, err error) {
	var problems []error
	for _, r := range records {
		path := filepath.Join(dir, r.Name)
		present, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			written = append(written, r.Name)
		case err != nil:
			problems = append(problems, err)
		case string(present) == r.Text:
		case !untouched(string(present)):
			problems = append(problems, fmt.Errorf("%s: edited by hand since it was written; keep it and move it aside, or delete it, and decide again", path))
		default:
			written = append(written, r.Name)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for _, r := range records {
		if !slices.Contains(written, r.Name) {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, r.Name), []byte(r.Text), 0o644); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// untouched reports whether a file is as Write left it.
func untouched(text string) bool {
	m := signed.FindStringSubmatch(text)
	return m != nil && m[2] == signature(m[1])
}
