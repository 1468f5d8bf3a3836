package interest

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"fulcrum/lambdas/telemetry"
)

// added keeps the signals that were counted.
type added struct{ all []Signal }

func (a *added) Add(_ context.Context, s Signal) error {
	a.all = append(a.all, s)
	return nil
}

// FuzzBatch feeds the function whatever a stream or a queue may hold: nothing is
// counted that no guest of a dinner can have shown, and what comes again was there.
func FuzzBatch(f *testing.F) {
	one := signal("a", dinner, "viewed")
	for _, seed := range []string{
		kinesis(one, "{}", one), sqs(one, `{"detail-type":"Interest Shown","detail":`+one+`}`), sqs(`{"detail-type":"x","detail":null}`, signal("b", "../x", "wanted")),
		kinesis(strings.Replace(one, "1893456000000", "9223372036854775807", 1)), sqs(signal("short", dinner[1:], "viewed")), `{"Records":[{"kinesis":{}}]}`, `{"Records":[{"eventSource":"aws:s3"}]}`, `null`,
	} {
		f.Add([]byte(seed))
	}
	metrics := telemetry.NewMetrics(io.Discard, "Dinner", time.Now)
	f.Fuzz(func(t *testing.T, payload []byte) {
		counts := &added{}
		failures, err := Lambda(counts, metrics)(t.Context(), payload)
		for _, s := range counts.all {
			if s.ID == "" || len(s.DinnerID) != 26 || strings.ContainsAny(s.DinnerID, "#/ \x00") || !slices.Contains(Kinds, s.Kind) || s.SentAt.Before(time.Unix(0, 1)) {
				t.Errorf("counted %+v", s)
			}
		}
		var b batch
		if err != nil || json.Unmarshal(payload, &b) != nil {
			return
		}
		for _, failure := range failures.Items {
			known := false
			for _, r := range b.Records {
				known = known || r.MessageID == failure.ID || r.Kinesis != nil && r.Kinesis.SequenceNumber == failure.ID
			}
			if !known {
				t.Errorf("reported %q, which was not there", failure.ID)
			}
		}
	})
}
