package design

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestHostileFilesAreRefusedSoon holds that size, depth and references cannot make
// the reader slow, large or end it.
func TestHostileFilesAreRefusedSoon(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9))
	}
	for name, src := range map[string]string{
		"larger than the bound":  strings.Repeat("# comment\n", 100_000),
		"deep lists":             strings.Repeat("[", maxBytes),
		"deep lists over lines":  strings.Repeat("[\n", maxBytes/2),
		"deep mappings":          strings.Repeat("{a: ", maxBytes/4),
		"deep blocks":            "a:\n" + strings.Repeat(" ", maxColumn-10) + "- - - -\n",
		"many entries in a line": strings.Repeat("- ", 400) + "a\n",
		"anchors over lines":     "a:\n" + strings.Repeat(" &a\n", maxBytes/8),
		"tags over lines":        "a:\n" + strings.Repeat(" !!a\n", maxBytes/8),
		"complex keys":           strings.Repeat("? ", 400),
		"aliases that multiply":  bomb.String(),
		"merge of itself":        "a: &a {<<: *a}\n",
		"many keys":              strings.Repeat("k: 1\n", maxBytes/6),
		"many flow keys":         "{" + strings.Repeat("k: 1,\n", maxBytes/8) + "}",
		"many comments":          strings.Repeat("#\n", maxBytes/3),
		"a long scalar":          "system: |\n" + strings.Repeat("  x\n", maxBytes/5),
		"quote without end":      "system: \"" + strings.Repeat("x\n", maxBytes/4),
		"nothing but zero bytes": strings.Repeat("\x00", 1000),
		"half a character":       "system: Dinner\xe2\x82",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := Parse("design.yaml", []byte(src))
			if err == nil {
				t.Fatal("accepted")
			}
			checkProblems(t, err)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestReadFails(t *testing.T) {
	var problems Problems
	if _, err := Read(filepath.Join(t.TempDir(), "none.yaml")); err == nil || errors.As(err, &problems) || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("no file: %v", err)
	}
	if _, err := Read(t.TempDir()); err == nil || errors.As(err, &problems) {
		t.Errorf("a directory: %v", err)
	}
}

// TestLineEndsAndMark holds that a file saved on another system reads the same.
func TestLineEndsAndMark(t *testing.T) {
	src, err := os.ReadFile("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src = append([]byte("\ufeff"), bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n"))...)
	if _, err := Parse("design.yaml", src); err != nil {
		t.Error(err)
	}
}
