package event_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/event"
)

// message is what a rule delivers, with a pipe's detail: data as a string.
const message = `{"version":"0","id":"e0","detail-type":"Seat Reserved","source":"dinner.reservation","account":"123456789012",
"time":"2030-03-01T12:00:00Z","region":"eu-west-1","resources":[],"detail":{"id":"01J0","type":"Seat Reserved","version":"2",
"occurredAt":"2030-03-01T12:00:00.5Z","aggregate":{"type":"Dinner","id":"d1"},"trace":"Root=1","data":"{\"contract\":1,\"seatsLeft\":3}"}}`

var want = event.Event{
	ID: "01J0", Source: "dinner.reservation", Type: "Seat Reserved", Version: 2,
	OccurredAt: time.Date(2030, 3, 1, 12, 0, 0, 500_000_000, time.UTC), Aggregate: "Dinner", AggregateID: "d1",
	Trace: "Root=1", Data: json.RawMessage(`{"contract":1,"seatsLeft":3}`),
}

func TestFromBus(t *testing.T) {
	for name, m := range map[string]string{
		"data is a string":    message,
		"data is packed":      strings.Replace(message, `"{\"contract\":1,\"seatsLeft\":3}"`, `"`+event.Packed([]byte(`{"contract":1,"seatsLeft":3}`))+`"`, 1),
		"data is an object":   strings.Replace(message, `"{\"contract\":1,\"seatsLeft\":3}"`, `{"contract":1,"seatsLeft":3}`, 1),
		"version is a number": strings.Replace(message, `"version":"2"`, `"version":2`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := event.FromBus([]byte(m))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFromBusRefuses(t *testing.T) {
	for name, test := range map[string]struct{ old, new, want string }{
		"not JSON":               {"{", "", "not an EventBridge envelope"},
		"no id":                  {`"id":"01J0"`, `"id":""`, "detail.id is missing"},
		"no source":              {`"source":"dinner.reservation",`, ``, "source is missing"},
		"no version":             {`"version":"2",`, ``, "not a whole number"},
		"version nought":         {`"version":"2"`, `"version":0`, "1 or more"},
		"version with a point":   {`"version":"2"`, `"version":2.5`, "not a whole number"},
		"data is a number":       {`"{\"contract\":1,\"seatsLeft\":3}"`, `7`, "detail.data"},
		"data is null":           {`"{\"contract\":1,\"seatsLeft\":3}"`, `null`, "detail.data"},
		"data is a string of no": {`"{\"contract\":1,\"seatsLeft\":3}"`, `"no"`, "detail.data"},
		"no time":                {`"occurredAt":"2030-03-01T12:00:00.5Z",`, ``, "detail.occurredAt"},
		"types differ":           {`"detail-type":"Seat Reserved"`, `"detail-type":"Dinner Full"`, "differs"},
		"too large":              {`"trace":"Root=1"`, `"trace":"` + strings.Repeat("x", event.MaxBytes) + `"`, "at most"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := event.FromBus([]byte(strings.Replace(message, test.old, test.new, 1)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestDataOf(t *testing.T) {
	type data struct {
		SeatsLeft int `json:"seatsLeft"`
	}
	if got, err := event.DataOf[data](want, 1); err != nil || got.SeatsLeft != 3 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := event.DataOf[data](want, 2); err == nil {
		t.Error("another contract was read")
	}
}

func FuzzFromBus(f *testing.F) {
	f.Add([]byte(message))
	f.Fuzz(func(t *testing.T, m []byte) {
		e, err := event.FromBus(m)
		if err != nil {
			return
		}
		again, err := event.ToBus(e)
		if err != nil {
			t.Fatalf("%+v cannot be written: %v", e, err)
		}
		if back, err := event.FromBus(again); err != nil || back.ID != e.ID || back.Version != e.Version {
			t.Errorf("%+v comes back as %+v, %v", e, back, err)
		}
	})
}
