package schemas

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awseventschemas"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

const maxContent = 100_000

func build(scope constructs.Construct, id string, p Props) *Registry {
	props.Must("schemas", id, p.Validate())
	scope = constructs.NewConstruct(scope, jsii.String(id))

	registry := awseventschemas.NewCfnRegistry(scope, jsii.String("Resource"), &awseventschemas.CfnRegistryProps{
		Description: js.String(p.Description),
	})
	made := &Registry{Registry: registry, Schemas: map[string]awseventschemas.CfnSchema{}}
	for _, event := range p.Events {
		schema := awseventschemas.NewCfnSchema(scope, jsii.String(camel(event.Type)), &awseventschemas.CfnSchemaProps{
			RegistryName: registry.AttrRegistryName(),
			SchemaName:   jsii.String(event.name()),
			Type:         jsii.String(string(event.format())),
			Content:      jsii.String(event.content()),
			Description:  js.String(event.Description),
		})
		annotate.Role(schema, role.Schema, annotate.Attributes{"events": []string{event.Type}})
		made.Schemas[event.Type] = schema
	}
	return made
}

// name is the form schema discovery gives: source@DetailType.
func (e Event) name() string { return e.Source + "@" + camel(e.Type) }

func (e Event) format() Format {
	if e.Format == "" {
		return JSONSchemaDraft4
	}
	return e.Format
}

func (e Event) content() string {
	text, err := json.Marshal(e.Content)
	if err != nil {
		return "" // Validate has reported it
	}
	return string(text)
}

func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Fields(name) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(len(p.Events) > 0, "Events")
	seen := map[string]bool{}
	for i, event := range p.Events {
		field := fmt.Sprintf("Events[%d]", i)
		found.Required(event.Source != "", field+".Source")
		found.Required(strings.TrimSpace(event.Type) != "", field+".Type")
		found.Check(event.Type == "" || !seen[camel(event.Type)], field+".Type", "%q is taken by an event before it", event.Type)
		seen[camel(event.Type)] = true
		found.Check(event.format() == JSONSchemaDraft4 || event.format() == OpenAPI3, field+".Format",
			"%q is unknown; use %s or %s", event.Format, JSONSchemaDraft4, OpenAPI3)
		if len(event.Content) == 0 {
			found.Required(false, field+".Content")
			continue
		}
		text, err := json.Marshal(event.Content)
		found.Check(err == nil, field+".Content", "is not a JSON document: %v", err)
		found.Check(len(text) <= maxContent, field+".Content", "has %d characters; a schema may have %d", len(text), maxContent)
	}
	return found.Err()
}
