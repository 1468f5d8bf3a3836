package latency

import (
	"fmt"
	"strings"
)

// Verdict says in one sentence whether a result keeps an allowance.
func (r Result) Verdict(allowed Allowance) string {
	var over []string
	refused := r.Throttled.Value + r.TimedOut.Value + r.Dropped.Value + r.Failed.Value
	if allowed.Refused > 0 && refused > allowed.Refused {
		over = append(over, fmt.Sprintf("%.3g %% without an answer", 100*refused))
	}
	for _, x := range []struct {
		name        string
		value, most float64
	}{{"p95", r.P95.Value, allowed.P95}, {"p99", r.P99.Value, allowed.P99}} {
		if x.most > 0 && x.value > x.most {
			over = append(over, fmt.Sprintf("%s %s over %s", x.name, Duration(x.value), Duration(x.most)))
		}
	}
	if len(over) > 0 {
		return strings.Join(over, ", ")
	}
	return "within the allowance"
}

// Table writes results side by side, one line each.
func Table(results []Result, allowed Allowance) string {
	var b strings.Builder
	width := len("STACK")
	for _, r := range results {
		width = max(width, len(r.Model))
	}
	fmt.Fprintf(&b, "  %-*s %9s %9s %9s %9s %10s %10s  %s\n", width, "STACK", "P50", "P95", "P99", "P99.9", "THROTTLED", "COLD", "")
	for _, r := range results {
		fmt.Fprintf(&b, "  %-*s %9s %9s %9s %9s %8.3g %% %8.3g %%  %s\n", width, r.Model,
			Duration(r.P50.Value), Duration(r.P95.Value), Duration(r.P99.Value), Duration(r.P999.Value),
			100*r.Throttled.Value, 100*r.ColdStart.Value, r.Verdict(allowed))
	}
	return b.String()
}
