package design

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate holds a document against a schema of ours, which it also holds against
// the rules of its dialect.
func validate(t *testing.T, schema map[string]any, doc string) error {
	t.Helper()
	b, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, b).Validate(instance)
}

func TestBodySchema(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	schema := d.Process[0].BodySchema()
	if schema["$schema"] != draft4 {
		t.Errorf("dialect %v", schema["$schema"])
	}
	const good = `{"title": "Soup", "place": "Cork", "hostName": "A", "startsAt": "2026-12-01T19:00:00Z", "confirmBy": "2026-11-30T12:00:00Z", "seats": 8, "minimum": 4}`
	if err := validate(t, schema, good); err != nil {
		t.Error(err)
	}
	for _, bad := range []struct{ old, new string }{
		{`"seats": 8`, `"seats": 201`},
		{`"seats": 8`, `"seats": "8"`},
		{`"title": "Soup"`, `"title": ""`},
		{`"title": "Soup"`, `"title": "` + strings.Repeat("x", 121) + `"`},
		{`"place": "Cork", `, ``},
		{`"seats": 8`, `"seats": 8, "admin": true`},
		{`2026-12-01T19:00:00Z`, `tomorrow`},
	} {
		if validate(t, schema, strings.Replace(good, bad.old, bad.new, 1)) == nil {
			t.Errorf("takes %.60s", bad.new)
		}
	}
	for _, step := range d.Process[2:] {
		if step.BodySchema() != nil {
			t.Errorf("%s has a schema and no body", step.Command)
		}
	}
}

func TestEventSchema(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const detail = `{"id": "01JDC6T0V8Z4W3N2M1K0H9G8F7", "type": "Seat Reserved", "version": "3", "occurredAt": "2026-11-23T10:00:00Z",
		"aggregate": {"type": "Dinner", "id": "01JDC6T0V8Z4W3N2M1K0H9G8F6"}, "trace": "", "data": DATA}`
	const data = `{"contract": 1, "dinnerId": "d", "reservationId": "r", "guestId": "g", "hostId": "h", "startsAt": "2026-12-01T19:00:00Z", "seatsLeft": 3}`
	const envelope = `{"version": "0", "id": "7bf73129-1428-4cd3-a780-95db273d1602", "detail-type": "Seat Reserved", "source": "dinner.reservation",
		"account": "123456789012", "time": "2026-11-23T10:00:01Z", "region": "eu-west-1", "resources": [], "detail": DETAIL}`
	good := strings.Replace(envelope, "DETAIL", strings.Replace(detail, "DATA", data, 1), 1)
	quotedData, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	asText := strings.Replace(envelope, "DETAIL", strings.Replace(detail, "DATA", string(quotedData), 1), 1)
	schema := d.Process[1].Events[0].Schema()
	for _, doc := range []string{good, asText, strings.Replace(good, `"version": "3"`, `"version": 3`, 1), strings.Replace(good, `"contract": 1,`, `"contract": 1, "added": 1,`, 1)} {
		if err := validate(t, schema, doc); err != nil {
			t.Errorf("%v\n%s", err, doc)
		}
	}
	for _, bad := range []struct{ old, new string }{
		{"dinner.reservation", "dinner.search"},
		{`"detail-type": "Seat Reserved"`, `"detail-type": "Seat Sold"`},
		{`"contract": 1`, `"contract": 2`},
		{`"seatsLeft": 3`, `"seatsLeft": -1`},
		{`"guestId": "g", `, ``},
		{`"trace": "", `, ``},
		{`"type": "Dinner"`, `"type": "Guest"`},
	} {
		if validate(t, schema, strings.Replace(good, bad.old, bad.new, 1)) == nil {
			t.Errorf("takes %s", bad.new)
		}
	}
}

// TestEventSchemasFitTheRegistry holds every schema against the registry's limit
// of 100,000 characters for content.
func TestEventSchemasFitTheRegistry(t *testing.T) {
	d, err := Read("../design.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.AllEvents() {
		b, err := json.Marshal(e.Schema())
		if err != nil || len(b) > 100_000 || !bytes.Contains(b, []byte(e.Name)) {
			t.Errorf("%s: %v, %d bytes", e.Name, err, len(b))
		}
	}
}
