package design

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the golden files and schema.json")

func TestSchemaFollowsFromTheFormat(t *testing.T) {
	want, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(Schema, want) {
		t.Error("schema.json is stale: run go test ./design -update")
	}
}

// compiled returns the schema as an editor would use it.
func compiled(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON returns a YAML document in the types of a JSON document.
func asJSON(t *testing.T, src string) any {
	t.Helper()
	j, err := yaml.YAMLToJSON([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestSchemaAgreesWithTheReader(t *testing.T) {
	s := compiled(t, Schema)
	src, err := os.ReadFile("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := string(src)
	if !strings.HasPrefix(good, "# yaml-language-server: $schema=./design/schema.json\n") {
		t.Error("design.yaml does not name its schema in the first line")
	}
	if err := s.Validate(asJSON(t, good)); err != nil {
		t.Errorf("design.yaml: %v", err)
	}
	for _, bad := range []struct{ name, old, new string }{
		{"unknown key", "region: eu-west-1", "region: eu-west-1\nregoin: eu-west-1"},
		{"unknown key inside", "    kind: core", "    kind: core\n    knid: core"},
		{"missing key", "system: Dinner\n", ""},
		{"missing unit", "p95: 300 ms", "p95: 300"},
		{"wrong unit", "retention: 730 days", "retention: 730 weeks"},
		{"unknown word", "kind: generic", "kind: general"},
		{"unknown Region", "region: eu-west-1", "region: eu-west-9"},
		{"unknown need", "[static-content]", "[static-contents]"},
		{"unknown option", "front-door: http-api", "front-door: apigw"},
		{"unknown trade-off", "front-door: http-api", "frontdoor: http-api"},
		{"number out of range", "peak-factor: 30", "peak-factor: 0"},
		{"malformed route", "route: GET /dinners\n", "route: GET dinners\n"},
		{"text for a number", "calls-per-session: 12", "calls-per-session: twelve"},
	} {
		changed := strings.Replace(good, bad.old, bad.new, 1)
		if changed == good {
			t.Fatalf("%s: design.yaml has no %q", bad.name, bad.old)
		}
		if s.Validate(asJSON(t, changed)) == nil {
			t.Errorf("%s: the schema takes %q", bad.name, bad.new)
		}
		if _, err := Parse("design.yaml", []byte(changed)); err == nil {
			t.Errorf("%s: the reader takes %q", bad.name, bad.new)
		}
	}
}
