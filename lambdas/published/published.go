// Package published reads the sample events that AWS publishes with aws-lambda-go, for
// tests: what takes events of Lambda takes them as they are.
package published

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Event returns the sample event with a name, such as "sqs-event".
func Event(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatalf("aws-lambda-go is not in the module cache: %v", err)
	}
	event, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "events", "testdata", name+".json")) //nolint:gosec // test data
	if err != nil {
		t.Fatal(err)
	}
	return event
}
