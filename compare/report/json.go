package report

import (
	_ "embed"
	"encoding/json"
	"io"

	"fulcrum/compare"
)

// Schema is the JSON Schema, draft 2020-12, that what JSON writes follows.
//
//go:embed schema.json
var Schema []byte

// JSON writes the comparison in full precision, with the assumptions and the
// sources of its facts.
func JSON(w io.Writer, c compare.Comparison) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(struct {
		compare.Comparison
		Assumptions []string `json:"assumptions"`
		Sources     []Source `json:"sources"`
	}{c, AssumptionsOf(c), newSources(c).list})
}
