// Package telemetry writes JSON log lines and, in the same lines, the metrics
// CloudWatch reads out of them.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// Outcome is how an operation ended.
type Outcome string

// An operation succeeds, is refused for a reason the client can do something
// about, or fails for one it cannot.
const (
	Success Outcome = "success"
	Refused Outcome = "refused"
	Fault   Outcome = "fault"
)

// NewLog returns a logger of JSON lines at or above level: "debug", "info",
// "warn" or "error" in any case; others mean info. Each line has the request id
// and the trace header of its context.
func NewLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(identified{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: l})})
}

// Metrics writes one line for each operation in the embedded metric format:
// Latency in milliseconds and the counts Success, Refused and Fault, by the
// dimension Operation.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type Metrics struct {
	namespace string
	log       *slog.Logger
	now       func() time.Time
}

// NewMetrics returns metrics in a namespace, the system's name, written to w.
func NewMetrics(w io.Writer, namespace string, now func() time.Time) Metrics {
	return Metrics{namespace: namespace, log: slog.New(identified{slog.NewJSONHandler(w, nil)}), now: now}
}

// metadata is the member "_aws" of a line.
type metadata struct {
	Timestamp         int64
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct {
	Name string
	Unit string
}

var definitions = []metric{
	{"Latency", "Milliseconds"}, {"Success", "Count"}, {"Refused", "Count"}, {"Fault", "Count"},
}

// Record writes the line of one operation with further attributes, given as
// alternating names and values.
func (m Metrics) Record(ctx context.Context, operation string, outcome Outcome, took time.Duration, attributes ...any) {
	one := func(o Outcome) int {
		if o == outcome {
			return 1
		}
		return 0
	}
	line := append([]any{
		"_aws", metadata{
			Timestamp: m.now().UnixMilli(),
			CloudWatchMetrics: []directive{{
				Namespace: m.namespace, Dimensions: [][]string{{"Operation"}}, Metrics: definitions,
			}},
		},
		"Operation", operation,
		"Latency", float64(took.Microseconds()) / 1000,
		"Success", one(Success), "Refused", one(Refused), "Fault", one(Fault),
	}, attributes...)
	m.log.InfoContext(ctx, "operation", line...)
}
