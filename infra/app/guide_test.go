package app

import (
	"path/filepath"
	"testing"

	"fulcrum/compare"
	"fulcrum/compare/facts"
	"fulcrum/compare/guide"
	"fulcrum/design"
)

// TestOptionPages holds docs/options to what is synthesized now.
func TestOptionPages(t *testing.T) {
	d, err := design.Read("../../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pages := guide.Pages(compare.Of(assembled, d, facts.Default(), compare.Options{}))
	dir := filepath.Join("..", "..", "docs", "options")
	for name, page := range pages {
		golden(t, filepath.Join(dir, name), []byte(page))
	}
	noOrphans(t, dir, func(name string) bool { _, ok := pages[name]; return ok })
}
