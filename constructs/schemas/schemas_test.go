package schemas_test

import (
	"math"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"fulcrum/constructs/internal/synth"
	"fulcrum/constructs/schemas"
)

var template *synth.Template

var reserved = schemas.Event{
	Source:      "dinner.reservation",
	Type:        "Seat Reserved",
	Description: "A guest took a seat",
	Content: map[string]any{
		"$schema":  "http://json-schema.org/draft-04/schema#",
		"type":     "object",
		"required": []string{"dinnerId"},
	},
}

func TestMain(m *testing.M) {
	synth.Main(m, &template, "Schemas", func(stack awscdk.Stack) {
		schemas.New(stack, "Contracts", schemas.Props{
			Description: "Domain events of Dinner",
			Events: []schemas.Event{
				reserved,
				{Source: "dinner.dinner", Type: "Number Confirmed", Format: schemas.OpenAPI3, Content: map[string]any{"openapi": "3.0.0"}},
			},
		})
	})
}

func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Baseline"), nil)
	schemas.New(stack, "Contracts", schemas.Props{Events: []schemas.Event{{
		Source:  "dinner.reservation",
		Type:    "Seat Reserved",
		Content: map[string]any{"type": "object", "required": []string{"dinnerId"}},
	}}})
}

func TestRegistryHasNoNameToCollideOn(t *testing.T) {
	registry := template.One("AWS::EventSchemas::Registry")
	if name := registry.Properties.At("RegistryName"); name.Value != nil {
		t.Errorf("the registry is called %s; a second stack could not have it", name)
	}
}

func TestSchemas(t *testing.T) {
	want := map[string]string{
		"dinner.reservation@SeatReserved": `JSONSchemaDraft4 Seat Reserved {"$schema":"http://json-schema.org/draft-04/schema#","required":["dinnerId"],"type":"object"}`,
		"dinner.dinner@NumberConfirmed":   `OpenApi3 Number Confirmed {"openapi":"3.0.0"}`,
	}
	found := template.WithRole("schema")
	if len(found) != len(want) {
		t.Errorf("%d schemas, want %d", len(found), len(want))
	}
	for _, schema := range found {
		_, about := schema.Role()
		events, _ := about["events"].([]any)
		p := schema.Properties
		if len(events) != 1 || p.At("Type").String()+" "+events[0].(string)+" "+p.At("Content").String() != want[p.At("SchemaName").String()] {
			t.Errorf("%s: %s for %v: %s", p.At("SchemaName"), p.At("Type"), events, p.At("Content"))
		}
		if ref := p.At("RegistryName").String(); !strings.Contains(ref, "Fn::GetAtt") {
			t.Errorf("%s is in registry %s", schema.ID, ref)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := (schemas.Props{}).Validate(); err == nil || !strings.Contains(err.Error(), "Events: missing") {
		t.Errorf("got %v", err)
	}
	err := schemas.Props{Events: []schemas.Event{
		{},
		reserved,
		reserved,
		{Source: "dinner", Type: "Seat/Lost", Format: "XML", Content: map[string]any{"type": math.Inf(1)}},
	}}.Validate()
	for _, want := range []string{
		"Events[0].Source: missing", "Events[0].Type: missing", "Events[0].Content: missing",
		`Events[2].Type: "Seat Reserved" is taken`, `Events[3]: "dinner@Seat/Lost"`, `Events[3].Format: "XML"`, "Events[3].Content: is not",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %s", err, want)
		}
	}
}
