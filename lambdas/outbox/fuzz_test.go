package outbox_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"fulcrum/lambdas/outbox"
)

// FuzzRecords feeds the publisher whatever a stream may show: what is put onto the bus
// can be read there, nothing is taken out that was not put, and what fails comes again.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{
		`{"Records":[{"dynamodb":{"SequenceNumber":"1","Keys":{"pk":{"S":"DINNER#d"},"sk":{"S":"DINNER"}},"NewImage":{"outbox":{"M":{"e":{"M":{"id":{"S":"e"},"source":{"S":"dinner.dinner"},"type":{"S":"T"},"version":{"N":"3"},"occurredAt":{"S":"2030-01-02T03:04:05Z"},"aggregate":{"S":"Dinner"},"aggregateId":{"S":"d"},"data":{"S":"e30="}}}}}}}}]}`,
		`{"Records":[{"dynamodb":{"SequenceNumber":"1","NewImage":{"outbox":{"M":{"e":{"M":{"id":{"S":"e"},"version":{"S":"3"}}}}}}}}]}`,
		`{"Records":[{"dynamodb":{"NewImage":{"outbox":{"L":[]}}}},{"dynamodb":{"NewImage":{"outbox":{"M":{"e":{"NULL":true}}}}}}]}`, `{"Records":[{}]}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var batch events.DynamoDBEvent
		if json.Unmarshal(raw, &batch) != nil {
			return
		}
		at := &place{}
		response, err := outbox.Publisher{Bus: at, Store: at, Name: "bus"}.Handle(t.Context(), batch)
		if err != nil || len(response.BatchItemFailures) > 1 {
			t.Fatalf("%+v, %v", response, err)
		}
		for _, failure := range response.BatchItemFailures {
			if !slices.ContainsFunc(batch.Records, func(r events.DynamoDBEventRecord) bool { return r.Change.SequenceNumber == failure.ItemIdentifier }) {
				t.Errorf("reported %q, which was not there", failure.ItemIdentifier)
			}
		}
		if len(at.trimmed) > len(at.put) {
			t.Errorf("%s: took out %v of %v", raw, at.trimmed, at.put)
		}
		for _, e := range at.put {
			if !strings.Contains(e.OccurredAt.String(), ":") || e.ID == "" || !json.Valid(e.Data) {
				t.Errorf("put %+v", e)
			}
		}
	})
}
