package design

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds what is promised for every input: no panic; either a design that
// can be measured, or problems by place that can be shown.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range append(seeds, "../design.yaml") {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := Parse("design.yaml", src)
		if err != nil {
			checkProblems(t, err)
			return
		}
		for _, e := range d.AllEvents() {
			mustMarshal(t, e.Schema())
		}
		for _, o := range d.Operations() {
			mustMarshal(t, o.BodySchema())
		}
		for _, g := range d.Estimate().Groups {
			for _, l := range g.Lines {
				for _, v := range l.Values {
					if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
						t.Errorf("%s, %s is %v", g.Name, l.Name, v)
					}
				}
			}
		}
	})
}

// checkProblems holds what every report keeps.
func checkProblems(t *testing.T, err error) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("%T without problems: %v", err, err)
	}
	if !utf8.ValidString(err.Error()) {
		t.Errorf("not UTF-8: %q", err)
	}
	last := Problem{}
	for _, p := range problems {
		if p.Line < 1 || p.Column < 1 || p.Message == "" {
			t.Errorf("no place or message: %+v", p)
		}
		if p.Line < last.Line || p.Line == last.Line && p.Column < last.Column {
			t.Errorf("out of order: %v after %v", p, last)
		}
		last = p
	}
}

func mustMarshal(t *testing.T, v any) {
	t.Helper()
	if _, err := json.Marshal(v); err != nil {
		t.Error(err)
	}
}
