package runtimeapi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	return dir
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
