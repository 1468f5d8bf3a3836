package design

import (
	_ "embed" // for Schema
	"encoding/json"
)

// Schema is the JSON Schema, draft 7, of design.yaml, for editors. It follows from
// the same format as the reader does; the reader also checks what holds between
// parts of the design.
//
//go:embed schema.json
var Schema []byte

// schema returns the JSON Schema that follows from the format.
func schema() ([]byte, error) {
	s := format.schema()
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "A system's design"
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}
