package telemetry

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"

	"fulcrum/lambdas/event"
)

// Metrics writes one line for each operation in the embedded metric format:
// Latency in milliseconds and the counts Success, Refused and Fault, by the
// dimension Operation. Each line has the request id and the trace header of its
// context.
//
// It writes the lines itself: there is one for every request, and encoding by
// reflection took longer than See Dinner's own work.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type Metrics struct {
	// directives is what CloudWatch is to read out of every line.
	directives string
	now        func() time.Time
	out        *output
}

// output writes lines, one at a time.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

// NewMetrics returns metrics in a namespace, the system's name, written to w.
func NewMetrics(w io.Writer, namespace string, now func() time.Time) Metrics {
	name, _ := json.Marshal(namespace) // a string never fails
	return Metrics{
		now: now, out: &output{w: w},
		directives: `[{"Namespace":` + string(name) + `,"Dimensions":[["Operation"]],"Metrics":[` +
			`{"Name":"Latency","Unit":"Milliseconds"},{"Name":"Success","Unit":"Count"},` +
			`{"Name":"Refused","Unit":"Count"},{"Name":"Fault","Unit":"Count"}]}]`,
	}
}

var lines = sync.Pool{New: func() any { return new([]byte) }}

// Record writes the line of one operation with further attributes, given as
// alternating names and values.
func (m Metrics) Record(ctx context.Context, operation string, outcome Outcome, took time.Duration, attributes ...any) {
	kept := lines.Get().(*[]byte)
	defer lines.Put(kept)
	now := m.now()
	b := append((*kept)[:0], `{"time":"`...)
	b = now.AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","level":"INFO","msg":"operation","_aws":{"Timestamp":`...)
	b = strconv.AppendInt(b, now.UnixMilli(), 10)
	b = append(b, `,"CloudWatchMetrics":`...)
	b = append(b, m.directives...)
	b = append(b, '}')
	one := func(o Outcome) int {
		if o == outcome {
			return 1
		}
		return 0
	}
	b = member(b, "Operation", operation)
	b = member(b, "Latency", float64(took.Microseconds())/1000)
	b = member(b, "Success", one(Success))
	b = member(b, "Refused", one(Refused))
	b = member(b, "Fault", one(Fault))
	for i := 0; i+1 < len(attributes); i += 2 {
		name, _ := attributes[i].(string)
		b = member(b, name, attributes[i+1])
	}
	if id := RequestID(ctx); id != "" {
		b = member(b, "requestId", id)
	}
	if trace := event.Trace(ctx); trace != "" {
		b = member(b, "trace", trace)
	}
	b = append(b, "}\n"...)
	*kept = b
	m.out.mu.Lock()
	defer m.out.mu.Unlock()
	_, _ = m.out.w.Write(b) // there is nobody to tell
}

// member appends a member of a JSON object.
func member(b []byte, name string, value any) []byte {
	b = text(append(b, ','), name)
	b = append(b, ':')
	switch v := value.(type) {
	case string:
		return text(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return text(b, "cannot be written: "+err.Error())
	}
	return append(b, encoded...)
}

// text appends a JSON string.
func text(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			encoded, _ := json.Marshal(s) // a string never fails
			return append(b, encoded...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
