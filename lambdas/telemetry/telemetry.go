// Package telemetry writes JSON log lines and, in the same lines, the metrics
// CloudWatch reads out of them.
package telemetry

import (
	"io"
	"log/slog"
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
