// Package schemas defines an EventBridge schema registry with one schema for
// each domain event, so that a consumer's developer finds, and generates code
// from, what the producer promises.
package schemas

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awseventschemas"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/annotate"
	"fulcrum/constructs/internal/js"
	"fulcrum/constructs/internal/props"
	"fulcrum/design/role"
)

// Format is the language a schema is written in.
type Format string

// The formats EventBridge takes.
const (
	JSONSchemaDraft4 Format = "JSONSchemaDraft4"
	OpenAPI3         Format = "OpenApi3"
)

// Props configures a Registry. The zero value of an optional field means its
// default.
type Props struct {
	// Description says whose events these are. Default: none.
	Description string
	// Events are the contracts, at least one. Required.
	Events []Event
}

// Event is the contract of one domain event.
type Event struct {
	// Source is where the event comes from, "dinner.reservation". Required.
	Source string
	// Type is the event's name, "Seat Reserved". Required.
	Type string
	// Description says when it happens. Default: none.
	Description string
	// Format is the language of Content. Default: JSONSchemaDraft4.
	Format Format
	// Content is the schema, as the maps, lists and values of a JSON document of
	// up to 100,000 characters. Required.
	Content map[string]any
}

// Registry is a schema registry and its schemas.
type Registry struct {
	Registry awseventschemas.CfnRegistry
	// Schemas are the schemas by the type of their event.
	Schemas map[string]awseventschemas.CfnSchema
}

// New defines a registry called id within scope. It panics if props are invalid.
func New(scope constructs.Construct, id string, p Props) *Registry {
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
