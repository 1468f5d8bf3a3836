package compare

import (
	"testing"

	"fulcrum/compare/assembly"
	"fulcrum/compare/facts"
	"fulcrum/design"
)

func BenchmarkOf(b *testing.B) {
	d, err := design.Read("../design.yaml")
	if err != nil {
		b.Fatal(err)
	}
	a, err := assembly.Read("testdata/cdk.out")
	if err != nil {
		b.Fatal(err)
	}
	book := facts.Default()
	b.ReportAllocs()
	for b.Loop() {
		Of(a, d, book, Options{})
	}
}
