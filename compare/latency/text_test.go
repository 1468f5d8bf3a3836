package latency

import (
	"strings"
	"testing"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for s, want := range map[float64]string{0: "0", 3e-9: "3 ns", 12.34e-6: "12.3 µs", 0.0499: "49.9 ms", 0.9999: "1.00 s", 34.7123: "34.7 s", 1e-3: "1.00 ms", 1234: "1230 s"} {
		if got := Duration(s); got != want {
			t.Errorf("%v s: %q, want %q", s, got, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	m := queue(Exponential(0.01), 0.5, 1)
	r := mustSimulate(t, m, Options{Requests: 5000, Runs: 3, Seed: 9})
	text := r.Text(Allowance{P95: 1, P99: 1e-3})
	for _, want := range []string{"load 0.50 on 1", "15,000 requests in 3 runs", "within 1.00 s", "OVER 1.00 ms", "p99.9", "utilization"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "throttled") || strings.Contains(text, "cold") {
		t.Errorf("speaks of what did not happen:\n%s", text)
	}
}
