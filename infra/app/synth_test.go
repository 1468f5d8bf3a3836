package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/constructs/kernel"
	"fulcrum/design"
	"fulcrum/design/catalogue"
)

// templates are the templates of every stack of the repository's own design, by
// stack name, synthesized once for all tests.
var templates = map[string]map[string]any{}

// assembled is the assembly of those templates, as a comparison reads it.
var assembled *assembly.Assembly

// planned are the same stacks, in the order of the plan.
var planned []Stack

// systems are those of them that serve the whole design, each in its Region.
func systems() []Stack {
	return slices.DeleteFunc(slices.Clone(planned), func(s Stack) bool { return !isSystem(s) })
}

func isSystem(s Stack) bool { return s.Part == catalogue.Main || s.Part == catalogue.Secondary }

func TestMain(m *testing.M) {
	os.Exit(func() int {
		defer kernel.Stop()
		if err := synthesizeAll(); err != nil {
			println(err.Error())
			return 1
		}
		return m.Run()
	}())
}

// synthesizeAll fills templates.
func synthesizeAll() error {
	dir, err := os.MkdirTemp("", "fulcrum-synth-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// As a user's own run: from the root, where design.yaml and cdk.json are.
	if err := os.Chdir(filepath.Join("..", "..")); err != nil {
		return err
	}
	s, err := settings()
	if err != nil {
		return err
	}
	s.Workload.Functions = filepath.Join(dir, "functions")
	if err := placeholders(filepath.Join("lambdas", "cmd"), s.Workload.Functions); err != nil {
		return err
	}
	d, err := design.Read(s.Design)
	if err != nil {
		return err
	}
	if planned, err = Plan(d, "", ""); err != nil {
		return err
	}
	out := filepath.Join(dir, "cdk.out")
	if err := synthesize(d, planned, s, out, newProgress(len(planned))); err != nil {
		return err
	}
	if assembled, err = assembly.Read(out); err != nil {
		return err
	}
	for _, stack := range planned {
		content, err := os.ReadFile(filepath.Join(out, stack.Name+".template.json"))
		if err != nil {
			return err
		}
		var template map[string]any
		if err := json.Unmarshal(content, &template); err != nil {
			return err
		}
		templates[stack.Name] = template
	}
	return os.Chdir(filepath.Join("infra", "app"))
}

// placeholders writes a program for each function in sources: what they do is tested
// elsewhere, and the hash of their code is no part of a comparison.
func placeholders(sources, functions string) error {
	names, err := os.ReadDir(sources)
	if err != nil {
		return err
	}
	for _, name := range names {
		to := filepath.Join(functions, name.Name())
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, "bootstrap"), []byte(name.Name()), 0o755); err != nil { //nolint:gosec // an executable
			return err
		}
	}
	return nil
}
