package design

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// draft4 is the dialect that API Gateway models and EventBridge schemas share.
const draft4 = "http://json-schema.org/draft-04/schema#"

// idLength is the longest id that is taken: Cognito's subjects have 36 characters,
// ULIDs 26.
const idLength = 64

// BodySchema returns the JSON Schema, draft 4, of the request's body, as an API
// Gateway model takes it. It is nil for a command without a body.
func (s Step) BodySchema() map[string]any { return bodySchema(s.Command, s.Body) }

// BodySchema returns the JSON Schema, draft 4, of the request's body; nil without
// one.
func (o Operation) BodySchema() map[string]any { return bodySchema(o.Name, o.Body) }

func bodySchema(title string, body []Field) map[string]any {
	if len(body) == 0 {
		return nil
	}
	s := objectSchema(body)
	s["$schema"] = draft4
	s["title"] = title
	return s
}

// Schema returns the JSON Schema, draft 4, of the event as a rule hands it on: the
// bus's envelope, in its detail the envelope of the outbox, in that the data. The
// pipe hands the data on as the outbox keeps it, in base64, and may hand on the
// version as text; what publishes without a pipe need not, so both forms are allowed.
func (e Event) Schema() map[string]any {
	data := objectSchema(append([]Field{{Name: "contract", Type: "integer", Min: &e.Contract, Max: &e.Contract}}, e.Fields...))
	// Later fields of the same contract may be added; a consumer passes them over.
	delete(data, "additionalProperties")
	detail := closed(map[string]any{
		"id":         map[string]any{"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$", "description": "ULID, unique for each event"},
		"type":       map[string]any{"enum": []any{e.Name}},
		"version":    map[string]any{"description": "the aggregate's version after the event", "anyOf": []any{map[string]any{"type": "integer", "minimum": 1}, map[string]any{"type": "string", "pattern": "^[1-9][0-9]*$"}}},
		"occurredAt": map[string]any{"type": "string", "format": "date-time"},
		"aggregate":  closed(map[string]any{"type": map[string]any{"enum": []any{e.Aggregate}}, "id": fieldSchema(Field{Type: "id"})}),
		"trace":      map[string]any{"type": "string", "description": "X-Ray trace header of the request that caused it; may be empty"},
		"data":       map[string]any{"description": "a JSON document of the object, in base64; or the object itself", "anyOf": []any{map[string]any{"type": "string"}, data}},
	})
	text := map[string]any{"type": "string"}
	return map[string]any{
		"$schema": draft4,
		"title":   strings.ReplaceAll(e.Name, " ", ""),
		"type":    "object",
		"required": []any{
			"id", "version", "source", "detail-type", "account", "time", "region", "resources", "detail",
		},
		"x-amazon-events-source":      e.Source,
		"x-amazon-events-detail-type": e.Name,
		"properties": map[string]any{
			"id": text, "version": text, "account": text, "region": text,
			"time":        map[string]any{"type": "string", "format": "date-time"},
			"resources":   map[string]any{"type": "array", "items": text},
			"source":      map[string]any{"enum": []any{e.Source}},
			"detail-type": map[string]any{"enum": []any{e.Name}},
			"detail":      detail,
		},
	}
}

// objectSchema returns the schema of an object with exactly these fields.
func objectSchema(fields []Field) map[string]any {
	properties, needed := map[string]any{}, []any{}
	for _, f := range fields {
		properties[f.Name] = fieldSchema(f)
		if !f.Optional {
			needed = append(needed, f.Name)
		}
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(needed) > 0 { // draft 4 has no empty required
		s["required"] = needed
	}
	return s
}

// closed returns the schema of an object with exactly these properties, all
// required.
func closed(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties, "required": anySlice(slices.Sorted(maps.Keys(properties)))}
}

// fieldSchema returns the schema of a field's value.
func fieldSchema(f Field) map[string]any {
	switch f.Type {
	case "boolean":
		return map[string]any{"type": "boolean"}
	case "time":
		return map[string]any{"type": "string", "format": "date-time"}
	case "id":
		return map[string]any{"type": "string", "minLength": 1, "maxLength": idLength}
	case "ids":
		return f.bounds(map[string]any{"type": "array", "items": fieldSchema(Field{Type: "id"})}, "minItems", "maxItems")
	case "integer":
		return f.bounds(map[string]any{"type": "integer"}, "minimum", "maximum")
	case "string":
		s := f.bounds(map[string]any{"type": "string"}, "minLength", "maxLength")
		if len(f.OneOf) > 0 {
			s["enum"] = anySlice(f.OneOf)
		}
		return s
	}
	panic(fmt.Sprintf("design: field %s has the unknown type %q", f.Name, f.Type))
}

// bounds adds the field's bounds to a schema under the two keywords.
func (f Field) bounds(s map[string]any, least, most string) map[string]any {
	if f.Min != nil {
		s[least] = *f.Min
	}
	if f.Max != nil {
		s[most] = *f.Max
	}
	return s
}

// anySlice returns the texts as a JSON document has them.
func anySlice(texts []string) []any {
	all := make([]any, len(texts))
	for i, s := range texts {
		all[i] = s
	}
	return all
}
