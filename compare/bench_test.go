package compare

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

// BenchmarkStacks reads and compares copies of real templates, as the stacks of
// another app, and tells the time for each resource: it stays the same while the
// stacks become a hundred times as many.
func BenchmarkStacks(b *testing.B) {
	d, err := design.Read("../design.yaml")
	if err != nil {
		b.Fatal(err)
	}
	book := facts.Default()
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := copies(b, n)
			resources := 0
			b.ReportAllocs()
			for b.Loop() {
				a, err := assembly.Read(dir)
				if err != nil {
					b.Fatal(err)
				}
				c := Of(a, d, book, Options{})
				if len(c.TradeOffs) != 1 || len(c.TradeOffs[0].Options) != n {
					b.Fatalf("the %d stacks are not the options of one question", n)
				}
				resources = 0
				for _, s := range c.Stacks {
					resources += s.Operations.Resources
				}
			}
			b.ReportMetric(float64(resources), "resources")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*resources), "µs/resource")
		})
	}
}

// copies writes an assembly of n stacks whose templates are those of testdata in turn,
// without what says that they are answers to a trade-off.
func copies(b *testing.B, n int) string {
	b.Helper()
	files, err := filepath.Glob("testdata/cdk.out/*.template.json")
	if err != nil || len(files) == 0 {
		b.Fatal("no templates in testdata: ", err)
	}
	dir := b.TempDir()
	write := func(name string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	artifacts := map[string]any{}
	for i := range n {
		text, err := os.ReadFile(files[i%len(files)])
		if err != nil {
			b.Fatal(err)
		}
		var template map[string]any
		if err := json.Unmarshal(text, &template); err != nil {
			b.Fatal(err)
		}
		delete(template, "Metadata")
		name := fmt.Sprintf("Stack%04d", i)
		write(name+".template.json", template)
		artifacts[name] = map[string]any{
			"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/eu-west-1",
			"properties": map[string]any{"templateFile": name + ".template.json"},
		}
	}
	write("manifest.json", map[string]any{"version": "54.0.0", "artifacts": artifacts})
	return dir
}
