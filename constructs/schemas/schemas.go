// Package schemas defines an EventBridge schema registry with one schema for
// each domain event, so that a consumer's developer finds, and generates code
// from, what the producer promises.
package schemas

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventschemas"
	"github.com/aws/constructs-go/constructs/v10"
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
func New(scope constructs.Construct, id string, p Props) *Registry { return build(scope, id, p) }
