package app

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"fulcrum/compare/difference"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden holds Baseline whole and every other stack as its difference from the
// stack it varies, so that a change to a shared construct shows once and a review
// of an option reads the trade-off alone. `make golden` rewrites the files.
func TestGolden(t *testing.T) {
	want := map[string]bool{}
	for _, stack := range planned {
		name, got := stack.Name+".json", []byte(nil)
		if stack.Varies == "" {
			got = masked(t, templates[stack.Name])
		} else {
			name = stack.Name + ".diff.json"
			got = difference.Of(templates[stack.Varies], templates[stack.Name]).JSON()
		}
		want[name] = true
		t.Run(stack.Name, func(t *testing.T) { golden(t, filepath.Join("testdata", name), got) })
	}
	noOrphans(t, "testdata", func(name string) bool { return want[name] })
}

// noOrphans wants no file in a directory of golden files but those that are wanted.
func noOrphans(t *testing.T, dir string, wanted func(name string) bool) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if wanted(entry.Name()) {
			continue
		}
		if *update {
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
				t.Error(err)
			}
			continue
		}
		t.Errorf("%s/%s belongs to nothing; run make golden to remove it", dir, entry.Name())
	}
}

// golden compares got with a file, and names the resources and properties that
// differ.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run make golden if the stack is new", err)
	}
	if bytes.Equal(want, got) {
		return
	}
	if filepath.Ext(path) != ".json" {
		t.Errorf("%s does not follow from what is synthesized; run make golden and review its diff, or undo the change", path)
		return
	}
	if paths := differing("", decode(t, want), decode(t, got)); len(paths) > 0 {
		t.Errorf("%s differs from what is synthesized at\n  %s\nrun make golden and review its diff, or undo the change", path, strings.Join(paths, "\n  "))
		return
	}
	t.Errorf("%s says the same as what is synthesized, in another form; run make golden", path)
}

// differing returns the paths at which two JSON values differ.
func differing(path string, a, b any) []string {
	switch a := a.(type) {
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok {
			return []string{path}
		}
		keys := maps.Clone(a)
		maps.Copy(keys, other)
		var paths []string
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			paths = append(paths, differing(path+"/"+key, a[key], other[key])...)
		}
		return paths
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return []string{path}
		}
		var paths []string
		for i := range a {
			paths = append(paths, differing(path+"/"+label(i, a[i]), a[i], other[i])...)
		}
		return paths
	}
	if a != b {
		return []string{path}
	}
	return nil
}

// label names an element of a list: by its logical id, if it has one.
func label(i int, element any) string {
	if m, ok := element.(map[string]any); ok {
		if id, ok := m["id"].(string); ok {
			return id
		}
	}
	return strconv.Itoa(i)
}

var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

// masked renders a template with the hashes of assets hidden: they change with
// every build of a function and say nothing of the infrastructure.
func masked(t *testing.T, template map[string]any) []byte {
	t.Helper()
	content, err := json.MarshalIndent(template, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(assetHash.ReplaceAll(content, []byte("(asset hash)")), '\n')
}

func decode(t *testing.T, content []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestFrontDoorChangesOneThing wants nothing in a front door's difference but the
// front door, what stands with it, and what names it: alarms on its metrics, the
// origin that the site's scripts may call, outputs.
func TestFrontDoorChangesOneThing(t *testing.T) {
	parts := map[string][]string{
		"FrontDoor-RestApi": {"FrontDoor", "Perimeter", "ApiGatewayLogs"},
		"FrontDoor-Alb":     {"FrontDoor", "Perimeter", "Network", "Certificate"},
	}
	mentions := []string{"ServiceLevels", "SiteHeaders", "FrontDoor", "Outputs.Endpoint", "Outputs.CertificateText"}
	for name, defines := range parts {
		d := difference.Of(templates[baseline], templates[name])
		for _, r := range slices.Concat(d.Added, d.Removed) {
			if !hasPrefix(r.ID, defines) {
				t.Errorf("%s adds or removes %s %s", name, r.Type, r.ID)
			}
		}
		for _, c := range slices.Concat(d.Changed, d.Sections) {
			if !hasPrefix(c.ID, mentions) {
				t.Errorf("%s changes %s at %s", name, c.ID, c)
			}
		}
	}
}

func hasPrefix(id string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

// changesOnly wants a stack to add to the baseline and to change in it only what begins
// with one of the names, and to remove nothing.
func changesOnly(t *testing.T, stack string, added, changed []string) {
	t.Helper()
	d := difference.Of(templates[baseline], templates[stack])
	for _, r := range d.Added {
		if !hasPrefix(r.ID, added) {
			t.Errorf("adds %s %s", r.Type, r.ID)
		}
	}
	if len(d.Removed) > 0 {
		t.Errorf("removes %v", d.Removed)
	}
	for _, c := range d.Changed {
		if !hasPrefix(c.ID, changed) {
			t.Errorf("changes %s", c)
		}
	}
}
