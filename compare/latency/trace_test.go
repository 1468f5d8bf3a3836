package latency

import (
	"math"
	"testing"
)

// TestTraceIsTheRun replays a trace through a server by hand and compares with the
// simulated run.
func TestTraceIsTheRun(t *testing.T) {
	t.Parallel()
	m := queue(Lognormal(0.01, 0.8), 0.7, 1)
	const n = 5000
	r := mustSimulate(t, m, Options{Requests: n, Runs: 1, Seed: 17})
	free, sum := int64(0), 0.0
	for _, a := range Trace(m, 17, n) {
		free = max(free, int64(a.At)) + int64(a.Service)
		sum += seconds(free - int64(a.At))
	}
	if math.Abs(sum/n/r.MeanResponse.Value-1) > 1e-9 {
		t.Errorf("replayed mean %v, simulated %v", sum/n, r.MeanResponse.Value)
	}
}
