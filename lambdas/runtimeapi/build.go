package runtimeapi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Build compiles main packages, by their import paths, for this machine as they
// are compiled for Lambda, but for the paths of the sources in them: what tests have
// compiled is not compiled once more. It returns the folder with a binary for each,
// named for the last element of its path. The folder goes when the test ends.
func Build(t testing.TB, packages ...string) string {
	t.Helper()
	dir := t.TempDir()
	if err := Compile(dir, packages...); err != nil {
		t.Fatal(err)
	}
	// The go command keeps the result of a test until a file changes that the test is
	// made of or has looked at (go help test): so it looks at what its programs are made of.
	files, err := sources(packages)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, err := os.Stat(file); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sources returns the files of this module that programs are made of.
func sources(packages []string) ([]string, error) {
	const each = `{{with .Module}}{{if .Main}}{{.GoMod}}{{"\n"}}{{range $.GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{range $.EmbedFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`
	list := exec.Command("go", append([]string{"list", "-deps", "-tags", "lambda.norpc", "-f", each}, packages...)...) //nolint:gosec,noctx // our own
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %v: %w", packages, err)
	}
	files := slices.Sorted(strings.Lines(string(out)))
	for i := range files {
		files[i] = strings.TrimSuffix(files[i], "\n")
	}
	return slices.DeleteFunc(slices.Compact(files), func(file string) bool { return file == "" }), nil
}

// Compile does what Build does into a folder that exists.
func Compile(dir string, packages ...string) error {
	args := append([]string{"build", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-tags", "lambda.norpc",
		"-o", dir + string(filepath.Separator)}, packages...)
	command := exec.Command("go", args...) //nolint:gosec,noctx // our own
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=", "GOARCH=")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %v: %w\n%s", packages, err, out)
	}
	return nil
}
