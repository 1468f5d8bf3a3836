package latency

import (
	"context"
	"fmt"
	"strings"
)

// LoadPoint is a model at a multiple of its load.
type LoadPoint struct {
	// Factor multiplies the arrivals, Rate is the mean rate then, per second.
	Factor float64 `json:"factor"`
	Rate   float64 `json:"rate_per_s"`
	P99    float64 `json:"p99_s"`
	// Shares of the requests.
	Throttled float64 `json:"throttled_share"`
	TimedOut  float64 `json:"timed_out_share"`
	Dropped   float64 `json:"dropped_share"`
	Failed    float64 `json:"failed_share"`
}

// Lost is the share of the requests that went without an answer.
func (p LoadPoint) Lost() float64 { return p.Throttled + p.TimedOut + p.Dropped + p.Failed }

// loadFactors are the multiples at which a model is shown.
var loadFactors = []float64{0.25, 0.5, 1, 2, 4, 8, 16}

// OverLoad simulates a model at multiples of the load of its busiest minute, for a
// chart of p99 and throttling over load. Servers have scaled to each of the loads.
func OverLoad(ctx context.Context, m Model, o Options) ([]LoadPoint, error) {
	points := make([]LoadPoint, 0, len(loadFactors))
	for _, factor := range loadFactors {
		scaled := m.Busiest(factor)
		// Fewer consumers than the load needs would never finish; how far they fall
		// behind is another question.
		scaled.Events = nil
		scaled.Faults = nil // their times are those of one run, and these are of other lengths
		r, err := Simulate(ctx, scaled, o)
		if err != nil {
			return nil, err
		}
		points = append(points, LoadPoint{
			Factor: factor, Rate: scaled.Arrivals.Rate(), P99: r.P99.Value,
			Throttled: r.Throttled.Value, TimedOut: r.TimedOut.Value, Dropped: r.Dropped.Value, Failed: r.Failed.Value,
		})
	}
	return points, nil
}

// LoadText writes points as a table.
func LoadText(points []LoadPoint) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-10s %12s %12s %12s %12s %12s\n", "BUSIEST", "RATE", "P99", "THROTTLED", "TIMED OUT", "DROPPED")
	for _, p := range points {
		fmt.Fprintf(&b, "  ×%-9g %10.0f/s %12s %10.3g %% %10.3g %% %10.3g %%\n", p.Factor, p.Rate, Duration(p.P99), 100*p.Throttled, 100*p.TimedOut, 100*p.Dropped)
	}
	return b.String()
}

// SensitivityText writes effects as a table, those below half a percent as a count.
func SensitivityText(effects []Effect) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  %-28s %-24s %12s %12s\n", "ASSUMPTION", "VALUE", "P99 AT HALF", "AT TWICE")
	small := 0
	for _, e := range effects {
		if e.Spread < 0.005 {
			small++
			continue
		}
		fmt.Fprintf(&b, "  %-28s %-24s %12s %12s\n", e.Name, e.Value, Duration(e.Half), Duration(e.Double))
	}
	if small > 0 {
		fmt.Fprintf(&b, "  %d more change the p99 by less than 0.5 %%\n", small)
	}
	return b.String()
}

// UnseenText writes what models leave out.
func UnseenText(list []Unseen) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Not modelled\n")
	for _, x := range list {
		fmt.Fprintf(&b, "  %s: %s\n", x.What, x.Why)
	}
	return b.String()
}

// AssumptionsText writes assumptions with their sources.
func AssumptionsText(list []Assumption) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Assumptions (set with --assume name=value)\n")
	value := func(x Assumption) string { return strings.TrimSpace(x.Value + " " + x.Unit) }
	names, values := 0, 0
	for _, x := range list {
		names, values = max(names, len(x.Name)), max(values, len(value(x)))
	}
	for _, x := range list {
		fmt.Fprintf(&b, "  %-*s  %-*s  %s, %s\n", names, x.Name, values, value(x), x.Source, x.AsOf)
	}
	return b.String()
}
