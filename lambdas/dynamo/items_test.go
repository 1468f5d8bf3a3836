package dynamo

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/refusal"
)

// FuzzItems reads whatever may lie in a table as a dinner, a row, a connection and a
// call: it is refused, or it is written back as it was read.
func FuzzItems(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"state":{}}`, `{"state":{"id":"d","version":3,"seats":4,"reservations":[{"id":"r","guest":{"id":"g","name":"G"}}]}}`,
		`{"state":{"version":1.5}}`, `{"state":{"startsAt":"soon"}}`, `{"row":{"dinnerId":"d","seatsLeft":-1}}`, `{"row":[1]}`,
		`{"sk":"c","expiresAt":"9","calls":[{"until":9,"id":"x"},7]}`, `{"expiresAt":1e300,"calls":[{"until":9999999999}],"answer":"{}","mark":"m"}`, `{"row":{"startsAt":"9999-12-31T23:59:59-23:59","status":"open"}}`,
	} {
		f.Add([]byte(seed))
	}
	now := time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)
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
		if row, err := rowOf(r); err == nil {
			m, err := encode(row)
			if err != nil {
				t.Fatal(err)
			}
			again, err := rowOf(record{"row": &types.AttributeValueMemberM{Value: m}})
			if diff := cmp.Diff(row, again); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
		}
		if c := connection(r); c.ID != text(r, "sk") || c.ExpiresAt.Unix() != number(r, "expiresAt") {
			t.Errorf("%v is the connection %+v", r, c)
		}
		for _, c := range calls(r, now) {
			if number(c, "until") <= now.Unix() {
				t.Errorf("a call that is over counts: %v", c)
			}
		}
		if answer, err := replay(r, once.Call{Person: "p", Operation: "o", Key: "k", Fingerprint: "f"}); err != nil && !refusal.Is(err, refusal.KeyReused) {
			t.Errorf("%v: %s, %v", r, answer, err)
		}
	})
}
