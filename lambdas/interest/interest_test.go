package interest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/published"
	"fulcrum/lambdas/telemetry"
)

const dinner = "01JD0000000000000000000001"

// counted keeps what was added, and fails for one id.
type counted struct {
	all  []string
	fail string
}

func (c *counted) Add(_ context.Context, s Signal) error {
	if s.ID == c.fail {
		return errors.New("the store is away")
	}
	c.all = append(c.all, fmt.Sprintf("%s %s %s %s", s.ID, s.DinnerID, s.Kind, s.SentAt.Format(time.RFC3339)))
	return nil
}

func signal(id, dinnerID, kind string) string {
	return fmt.Sprintf(`{"id":%q,"sentAt":1893456000000,"caller":"g","dinnerId":%q,"body":{"kind":%q}}`, id, dinnerID, kind)
}

func kinesis(messages ...string) string {
	var records []string
	for i, m := range messages {
		records = append(records, fmt.Sprintf(`{"eventSource":"aws:kinesis","kinesis":{"sequenceNumber":"%d","data":%q}}`, i, base64.StdEncoding.EncodeToString([]byte(m))))
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func sqs(messages ...string) string {
	var records []string
	for i, m := range messages {
		body, err := json.Marshal(m)
		if err != nil {
			panic(err)
		}
		records = append(records, fmt.Sprintf(`{"eventSource":"aws:sqs","messageId":"%d","body":%s}`, i, body))
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func TestBatches(t *testing.T) {
	event := `{"detail-type":"Interest Shown","source":"dinner.search","detail":` + signal("b", dinner, "wanted") + `}`
	for _, c := range []struct {
		name, batch   string
		counted, fail []string
	}{
		{"queue", sqs(signal("a", dinner, "viewed")), []string{"a " + dinner + " viewed 2030-01-01T00:00:00Z"}, []string{}},
		{"bus, over a queue", sqs(event), []string{"b " + dinner + " wanted 2030-01-01T00:00:00Z"}, []string{}},
		{"stream", kinesis(signal("a", dinner, "shared")), []string{"a " + dinner + " shared 2030-01-01T00:00:00Z"}, []string{}},
		{"a queue's other messages are done", sqs(signal("bad", dinner, "viewed"), signal("a", dinner, "viewed")), []string{"a " + dinner + " viewed 2030-01-01T00:00:00Z"}, []string{"0"}},
		{"a stream stops at the first", kinesis(signal("a", dinner, "viewed"), signal("bad", dinner, "viewed"), signal("c", dinner, "viewed")), []string{"a " + dinner + " viewed 2030-01-01T00:00:00Z"}, []string{"1"}},
		{"what no door made comes again, and ends with the dead letters", sqs(`{"dinnerId":"x"}`, `no json`), nil, []string{"0", "1"}},
		{"what a client made up is refused for good", sqs(signal("a", "../x", "viewed"), signal("c", dinner, "eaten")), nil, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := &counted{fail: "bad"}
			got, err := Lambda(store, telemetry.NewMetrics(io.Discard, "Dinner", time.Now))(t.Context(), json.RawMessage(c.batch))
			if err != nil {
				t.Fatal(err)
			}
			ids := []string{}
			for _, f := range got.Items {
				ids = append(ids, f.ID)
			}
			if diff := cmp.Diff(c.fail, ids); diff != "" {
				t.Errorf("failures: -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(c.counted, store.all); diff != "" {
				t.Errorf("counted: -want +got:\n%s", diff)
			}
		})
	}
	if _, err := Lambda(&counted{}, telemetry.NewMetrics(io.Discard, "Dinner", time.Now))(t.Context(), json.RawMessage(`{"Records":[{"eventSource":"aws:sns"}]}`)); err == nil {
		t.Error("a batch of another source was taken")
	}
}

// TestPublishedEvents wants records that are no signals to come again, as AWS's samples
// have them: of a stream from the first one on, of a queue each.
func TestPublishedEvents(t *testing.T) {
	for name, want := range map[string]string{
		"kinesis-event": "49568167373333333333333333333333333333333333333333333333", "sqs-event": "MessageID_1",
		"kinesis-time-window-event": "49590338271490256608559692538361571095921575989136588898",
	} {
		counts := &counted{}
		failures, err := Lambda(counts, telemetry.NewMetrics(io.Discard, "Dinner", time.Now))(t.Context(), published.Event(t, name))
		if err != nil || len(failures.Items) != 1 || failures.Items[0].ID != want || len(counts.all) > 0 {
			t.Errorf("%s: %+v, %v, counted %v", name, failures, err, counts.all)
		}
	}
}
