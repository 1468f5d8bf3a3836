package latency

import (
	"fmt"
	"strings"
)

// Verdict says in one sentence whether a result keeps an allowance.
func (r Result) Verdict(allowed Allowance) string {
	if over := r.over(allowed, false); len(over) > 0 {
		return strings.Join(over, ", ")
	}
	return "within the allowance"
}

// over says what exceeds an allowance; with surely only what exceeds it beyond the
// confidence interval.
func (r Result) over(allowed Allowance, surely bool) []string {
	least := func(e Estimate) float64 {
		if surely {
			return e.Value - e.Half
		}
		return e.Value
	}
	var over []string
	lost, sure := 0.0, 0.0
	for _, e := range []Estimate{r.Throttled, r.TimedOut, r.Dropped, r.Failed} {
		lost, sure = lost+e.Value, sure+least(e)
	}
	if allowed.Refused > 0 && sure > allowed.Refused {
		over = append(over, fmt.Sprintf("%.3g %% without an answer", 100*lost))
	}
	for _, x := range []struct {
		name  string
		value Estimate
		most  float64
	}{{"p95", r.P95, allowed.P95}, {"p99", r.P99, allowed.P99}} {
		if x.most > 0 && least(x.value) > x.most {
			over = append(over, fmt.Sprintf("%s %s over %s", x.name, Duration(x.value.Value), Duration(x.most)))
		}
	}
	return over
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
