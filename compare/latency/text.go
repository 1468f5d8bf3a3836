package latency

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Duration writes a time in seconds in the unit that suits it, with three
// significant digits: "1.24 ms", "34.7 s".
func Duration(s float64) string {
	switch {
	case s == 0:
		return "0"
	case s < 999.5e-9:
		return fmt.Sprintf("%.3g ns", s*1e9)
	case s < 999.5e-6:
		return fmt.Sprintf("%s µs", three(s*1e6))
	case s < 0.9995:
		return fmt.Sprintf("%s ms", three(s*1e3))
	}
	return fmt.Sprintf("%s s", three(s))
}

// three writes a number of at least 1 with three significant digits, and no
// exponent.
func three(v float64) string {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64) // 9.999 is 10.0
	decimals := 2 - int(math.Floor(math.Log10(math.Max(v, 1e-3))+1e-9))
	return fmt.Sprintf("%.*f", min(max(decimals, 0), 5), v)
}

// String writes the value as a time with its confidence interval, "1.24 ms ± 0.01".
func (e Estimate) String() string {
	if e.Half <= 1e-3*math.Abs(e.Value) {
		return Duration(e.Value)
	}
	scale := 1.0
	switch {
	case e.Value < 999.5e-9:
		scale = 1e9
	case e.Value < 999.5e-6:
		scale = 1e6
	case e.Value < 0.9995:
		scale = 1e3
	}
	return fmt.Sprintf("%s ± %s", Duration(e.Value), two(e.Half*scale))
}

// two writes a number with two significant digits and no exponent, so long as it
// is not tiny.
func two(v float64) string {
	if v >= 99.5 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2g", v)
}

// Percent writes a share with its confidence interval, "12.3 %".
func (e Estimate) Percent() string {
	if e.Half < 5e-4 {
		return fmt.Sprintf("%.3g %%", 100*e.Value)
	}
	if e.Half >= 0.095 {
		return fmt.Sprintf("%.3g %% ± %.0f", 100*e.Value, 100*e.Half)
	}
	return fmt.Sprintf("%.3g %% ± %.1g", 100*e.Value, 100*e.Half)
}

// Text writes the result for a terminal: percentiles as a plot on a logarithmic
// scale, then whatever happened besides. An allowance marks the
// percentiles that have one.
func (r Result) Text(allowed Allowance) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Model)
	runs := fmt.Sprintf("%d runs", r.Runs)
	if r.Runs == 1 {
		runs = "1 run"
	}
	fmt.Fprintf(&b, "  %s requests in %s of %s, seed %d; intervals are 95 %%\n", thousands(r.Requests), runs, span(r.Seconds), r.Seed)
	if r.PartOfDay {
		b.WriteString("  arrivals follow a day whose peak comes after six hours: this is only its beginning\n")
	}
	b.WriteString("\n")
	if r.Max > 0 {
		r.plot(&b, allowed)
	}
	line := func(name, value string) { fmt.Fprintf(&b, "  %-22s %s\n", name, value) }
	b.WriteString("\n")
	line("mean response", r.MeanResponse.String())
	line("mean wait", fmt.Sprintf("%s, for %s of the requests", r.MeanWait, r.ProbabilityOfWait.Percent()))
	line("utilization", fmt.Sprintf("%s of %.4g, queue %.3g on average", r.Utilization.Percent(), r.Provisioned.Value, r.MeanQueueLength.Value))
	for _, x := range []struct {
		name  string
		share Estimate
	}{{"throttled", r.Throttled}, {"timed out", r.TimedOut}, {"dropped", r.Dropped}, {"failed", r.Failed}, {"store throttled", r.StoreThrottled}} {
		if x.share.Value > 0 {
			line(x.name, x.share.Percent())
		}
	}
	if r.EnvironmentsStarted > 0 {
		line("cold starts", fmt.Sprintf("%s of the requests, at most %s environments started, %s at work", r.ColdStart.Percent(), thousands(r.EnvironmentsStarted), thousands(uint64(r.PeakConcurrency)))) //nolint:gosec // a count
	}
	if r.StaleReads.Value > 0 {
		line("stale reads", fmt.Sprintf("%s of the store's reads, p99 %s behind", r.StaleReads.Percent(), r.StaleP99))
	}
	if r.DeliveryP50.Value > 0 {
		line("events handled", fmt.Sprintf("p50 %s, p99 %s after the write", r.DeliveryP50, r.DeliveryP99))
	}
	return b.String()
}

func (r Result) plot(b *strings.Builder, allowed Allowance) {
	rows := []struct {
		name  string
		value Estimate
		most  float64
	}{
		{"p50", r.P50, 0}, {"p90", r.P90, 0}, {"p95", r.P95, allowed.P95}, {"p99", r.P99, allowed.P99}, {"p99.9", r.P999, 0}, {"max", Estimate{Value: r.Max}, 0},
	}
	const width = 40
	low, high := math.Log(math.Max(r.P50.Value, 1e-9)/2), math.Log(math.Max(r.Max, 2e-9))
	for _, x := range rows {
		filled := 0
		if x.value.Value > 0 && high > low {
			filled = int(math.Round(width * (math.Log(x.value.Value) - low) / (high - low)))
		}
		filled = min(max(filled, 0), width)
		fmt.Fprintf(b, "  %-6s %s%s  %s", x.name, strings.Repeat("█", filled), strings.Repeat("·", width-filled), x.value)
		if most := x.most; most > 0 {
			verdict := "within"
			if x.value.Value > most {
				verdict = "OVER"
			}
			fmt.Fprintf(b, "  %s %s", verdict, Duration(most))
		}
		b.WriteString("\n")
	}
}

// span writes how long a run lasts.
func span(s float64) string {
	switch {
	case s >= 2*3600:
		return three(s/3600) + " h"
	case s >= 120:
		return three(s/60) + " min"
	}
	return Duration(s)
}

// thousands writes a count with separators.
func thousands(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
