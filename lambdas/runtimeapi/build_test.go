package runtimeapi

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestSources wants every kind of file that a program is made of: its own, those of
// packages it imports, what is embedded, and the module's.
func TestSources(t *testing.T) {
	files, err := sources([]string{"fulcrum/lambdas/cmd/api"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go.mod", "lambdas/cmd/api/main.go", "lambdas/web/handler.go", "lambdas/saga/reservation.asl.json"} {
		path, err := filepath.Abs(filepath.Join("..", "..", want))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(files, path) {
			t.Errorf("%s is not among the %d sources", want, len(files))
		}
	}
}
