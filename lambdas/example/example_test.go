package example_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fulcrum/lambdas/example"
	"fulcrum/lambdas/runtimeapi"
)

// notFunctions are the programs that no Lambda function runs.
var notFunctions = []string{"server"}

// TestEveryFunctionTakesItsEvent runs the binary of each deployed function and
// gives it the event in its folder.
func TestEveryFunctionTakesItsEvent(t *testing.T) {
	var names, packages []string
	for _, f := range example.Functions {
		names = append(names, f.Name)
		packages = append(packages, "fulcrum/lambdas/cmd/"+f.Name)
	}
	folders, err := os.ReadDir("../cmd")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if folder.IsDir() && !slices.Contains(names, folder.Name()) && !slices.Contains(notFunctions, folder.Name()) {
			t.Errorf("lambdas/cmd/%s has no row in example.Functions and is not tried", folder.Name())
		}
	}
	stage := example.Start(t)
	binaries := runtimeapi.Build(t, packages...)
	for _, f := range example.Functions {
		t.Run(f.Name, func(t *testing.T) {
			function, err := runtimeapi.Start(filepath.Join(binaries, f.Name), stage.Environment(f.Name)...)
			if err != nil {
				t.Fatal(err)
			}
			defer function.Close()
			got, err := function.Invoke(t.Context(), stage.Event(f.Name))
			if err != nil {
				t.Fatalf("%v\n%s", err, function.Output())
			}
			if !f.Answer.Match(got) {
				t.Errorf("answered %s, want %s\n%s", got, f.Answer, function.Output())
			}
			told := stage.Others.Told()
			if (f.Told == nil) != (told == nil) || f.Told != nil && !f.Told.Match(told) {
				t.Errorf("told %s, want %s\n%s", told, f.Told, function.Output())
			}
			if strings.Contains(function.Output(), `"level":"ERROR"`) {
				t.Error(function.Output())
			}
		})
	}
}
