package telemetry_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/telemetry"
)

func TestRecord(t *testing.T) {
	var out bytes.Buffer
	now := time.UnixMilli(1_900_000_000_123)
	ctx := event.WithTrace(telemetry.WithRequestID(t.Context(), "r1"), "Root=1")
	telemetry.NewMetrics(&out, "Dinner", func() time.Time { return now }).
		Record(ctx, "Reserve Seat", telemetry.Refused, 12345*time.Microsecond, "status", 409)
	_, line, _ := bytes.Cut(out.Bytes(), []byte(`"_aws"`))
	want := `:{"Timestamp":1900000000123,"CloudWatchMetrics":[{"Namespace":"Dinner","Dimensions":[["Operation"]],` +
		`"Metrics":[{"Name":"Latency","Unit":"Milliseconds"},{"Name":"Success","Unit":"Count"},{"Name":"Refused","Unit":"Count"},{"Name":"Fault","Unit":"Count"}]}]},` +
		`"Operation":"Reserve Seat","Latency":12.345,"Success":0,"Refused":1,"Fault":0,"status":409,"requestId":"r1","trace":"Root=1"}` + "\n"
	if diff := cmp.Diff(want, string(line)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestLinesAreJSON wants any text to come back out of a line, and texts that would
// end a string to end none.
func TestLinesAreJSON(t *testing.T) {
	for _, said := range []string{"plain", `"}],"_aws":{"x":1}`, `back\slash`, "line\nbreak\x00", "Änne \u2028", "", "</script>"} {
		var out bytes.Buffer
		telemetry.NewMetrics(&out, said, time.Now).Record(t.Context(), said, telemetry.Success, time.Millisecond, "said", said, "of", telemetry.Success, "no", []int{1})
		var line struct {
			Time                 time.Time
			Level, Msg           string
			Operation, Said, Of  string
			Latency              float64
			Success, Refused, No any
			AWS                  struct{ CloudWatchMetrics []struct{ Namespace string } } `json:"_aws"`
		}
		if err := json.Unmarshal(out.Bytes(), &line); err != nil || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
			t.Fatalf("%q: %v in %s", said, err, out.Bytes())
		}
		if line.Operation != said || line.Said != said || line.Of != "success" || line.Latency != 1 || line.Success != 1.0 || line.Refused != 0.0 ||
			line.Level != "INFO" || line.Msg != "operation" || time.Since(line.Time) > time.Minute || line.AWS.CloudWatchMetrics[0].Namespace != said {
			t.Errorf("%q: %s", said, out.Bytes())
		}
	}
}

func TestLevel(t *testing.T) {
	for level, want := range map[string]int{"debug": 2, "DEBUG": 2, "info": 1, "": 1, "loud": 1, "error": 0} {
		var out bytes.Buffer
		log := telemetry.NewLog(&out, level)
		log.Debug("one")
		log.With("a", 1).WithGroup("g").Info("two")
		if got := bytes.Count(out.Bytes(), []byte("\n")); got != want {
			t.Errorf("level %q wrote %d lines, want %d", level, got, want)
		}
	}
}
