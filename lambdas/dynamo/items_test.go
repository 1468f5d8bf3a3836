package dynamo

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
)

// FuzzItems reads whatever may lie in a table as a dinner and as a row: it is
// refused, or it is written back as it was read.
func FuzzItems(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"state":{}}`, `{"state":{"id":"d","version":3,"seats":4,"reservations":[{"id":"r","guest":{"id":"g","name":"G"}}]}}`,
		`{"state":{"version":1.5}}`, `{"state":{"startsAt":"soon"}}`, `{"row":{"dinnerId":"d","seatsLeft":-1}}`, `{"row":[1]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var item map[string]any
		if json.Unmarshal(raw, &item) != nil {
			return
		}
		r, err := attributevalue.MarshalMap(item)
		if err != nil {
			return
		}
		if d, err := dinnerOf(r); err == nil {
			state, err := encode(d.State())
			if err != nil {
				t.Fatal(err)
			}
			var again dinner.State
			if err := decode(state, &again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d.State(), dinner.FromState(again).State()); diff != "" {
				t.Error(diff)
			}
		}
		_, _ = rowOf(r)
		_ = number(r, "version")
	})
}
