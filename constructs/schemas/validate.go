package schemas

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"fulcrum/constructs/internal/props"
)

const maxContent = 100_000

var schemaName = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,385}$`)

// Validate reports every problem of p, or nil.
func (p Props) Validate() error {
	var found props.Problems
	found.Required(len(p.Events) > 0, "Events")
	seen := map[string]bool{}
	for i, event := range p.Events {
		field := fmt.Sprintf("Events[%d]", i)
		found.Required(event.Source != "", field+".Source")
		found.Required(strings.TrimSpace(event.Type) != "", field+".Type")
		found.Check(event.Source == "" || event.Type == "" || schemaName.MatchString(event.name()), field,
			"%q cannot name a schema; use letters, digits, dots, dashes and underscores", event.name())
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
