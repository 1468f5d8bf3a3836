package latency

import (
	"math"

	"fulcrum/compare/latency/exact"
)

// Result is what several independent runs of a model have in common. Times are in
// seconds; percentiles are those of requests that compute answered or the front
// door timed out.
type Result struct {
	Model string `json:"model"`
	Seed  uint64 `json:"seed"`
	Runs  int    `json:"runs"`
	// Requests counts the measured ones of all runs, warm-up left out, which come within
	// Seconds in each.
	Requests     uint64   `json:"requests"`
	Seconds      float64  `json:"simulated_s"`
	MeanResponse Estimate `json:"mean_response_s"`
	MeanWait     Estimate `json:"mean_wait_s"`
	P50          Estimate `json:"p50_s"`
	P90          Estimate `json:"p90_s"`
	P95          Estimate `json:"p95_s"`
	P99          Estimate `json:"p99_s"`
	P999         Estimate `json:"p999_s"`
	Max          float64  `json:"max_s"`
	// Wait percentiles are of the time between reaching compute and its start.
	WaitP99           Estimate `json:"wait_p99_s"`
	ProbabilityOfWait Estimate `json:"probability_of_wait"`
	Utilization       Estimate `json:"utilization"`
	MeanQueueLength   Estimate `json:"mean_queue_length"`
	// Provisioned and Busy are the mean number of slots or environments paid for
	// and at work.
	Provisioned Estimate `json:"provisioned"`
	Busy        Estimate `json:"busy"`
	// Idle is what is paid for and not at work, on average: times a slot's price,
	// the cost of over-provision.
	Idle Estimate `json:"idle"`
	// Shares of the measured requests.
	Throttled Estimate `json:"throttled_share"`
	TimedOut  Estimate `json:"timed_out_share"`
	Dropped   Estimate `json:"dropped_share"`
	Failed    Estimate `json:"failed_share"`
	ColdStart Estimate `json:"cold_start_share"`
	// EnvironmentsStarted and PeakConcurrency are of the run with the most.
	EnvironmentsStarted uint64 `json:"environments_started"`
	PeakConcurrency     int    `json:"peak_concurrency"`
	// Refusals counts every try that was turned away, by front door or compute.
	Refusals uint64 `json:"refusals"`
	// StaleReads is the share of store reads that missed a finished write, StaleP99
	// how old that write then was.
	StaleReads     Estimate `json:"stale_read_share"`
	StaleP99       Estimate `json:"stale_p99_s"`
	StoreThrottled Estimate `json:"store_throttled_share"`
	// Delivery is the time from a write to the end of its event's handling.
	DeliveryP50 Estimate `json:"delivery_p50_s"`
	DeliveryP99 Estimate `json:"delivery_p99_s"`
	// Servers holds each server's share of the requests that servers began.
	Servers []float64 `json:"server_shares,omitempty"`
	// LittleError is the largest relative difference, over the runs, between the
	// time integral of the requests in the system and the sum of their stays.
	LittleError float64 `json:"little_error"`
	// QuantileError is the largest relative error of a percentile from keeping
	// times in buckets.
	QuantileError float64 `json:"quantile_error"`
	Events        uint64  `json:"events"`
	// Distribution is the distribution of response times of all runs together.
	Distribution []Quantile `json:"distribution"`
	// Timeline is the first run over time.
	Timeline []Moment `json:"timeline"`
	// PartOfDay is true for arrivals that follow a day's curve and end before it does.
	PartOfDay bool `json:"part_of_day,omitempty"`
}

// Estimate is a mean over independent runs and the half width of its 95 %
// confidence interval (Student's t).
type Estimate struct {
	Value float64
	Half  float64
}

// Quantile is the time that a share of the requests does not exceed.
type Quantile struct {
	Share   float64 `json:"share"`
	Seconds float64 `json:"seconds"`
}

// Moment is a span of a run, from From on.
type Moment struct {
	From     float64 `json:"from_s"`
	Requests uint64  `json:"requests"`
	Refused  uint64  `json:"refused"`
	TimedOut uint64  `json:"timed_out"`
	Mean     float64 `json:"mean_s"`
	Max      float64 `json:"max_s"`
}

// MarshalJSON writes the value alone, as nine significant digits; half widths
// stand beside it under "confidence_95", see [Result.JSON].
func (e Estimate) MarshalJSON() ([]byte, error) { return number(e.Value), nil }

// student holds the 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
var student = [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
	2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042}

// estimate returns the mean of values and its confidence interval.
func estimate(values []float64) Estimate {
	n := float64(len(values))
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	e := Estimate{Value: sum / n}
	if len(values) < 2 {
		return e
	}
	squares := 0.0
	for _, v := range values {
		squares += exact.Times(v-e.Value, v-e.Value)
	}
	t := 1.96
	if df := len(values) - 1; df <= len(student) {
		t = student[df-1]
	}
	e.Half = exact.Times(t, math.Sqrt(squares/(n-1)/n))
	return e
}

// summarize puts the runs of a model together.
func summarize(m *Model, o Options, runs []*tally) Result {
	out := Result{Model: m.Name, Seed: o.Seed, Runs: len(runs), QuantileError: QuantileError}
	over := func(value func(t *tally) float64) Estimate {
		values := make([]float64, len(runs))
		for i, t := range runs {
			values[i] = value(t)
		}
		return estimate(values)
	}
	share := func(part func(t *tally) uint64, of func(t *tally) uint64) Estimate {
		return over(func(t *tally) float64 { return float64(part(t)) / math.Max(1, float64(of(t))) })
	}
	ended := func(how outcome) Estimate {
		return share(func(t *tally) uint64 { return t.outcomes[how] }, (*tally).measured)
	}
	quantile := func(of func(t *tally) *histogram, p float64) Estimate {
		return over(func(t *tally) float64 { return of(t).quantile(p) })
	}
	mean := func(area func(t *tally) float64) Estimate {
		return over(func(t *tally) float64 { return area(t) / math.Max(1, float64(t.span)) })
	}
	out.Seconds = over(func(t *tally) float64 { return seconds(t.span) }).Value
	out.PartOfDay = m.Arrivals.kind == daily && seconds(runs[0].end) < 0.95*dayMinutes*60
	response := func(t *tally) *histogram { return &t.response }
	reads := func(t *tally) uint64 { return t.storeReads }
	served := func(t *tally) uint64 { return t.response.n }

	out.MeanResponse = over(func(t *tally) float64 { return t.response.mean() })
	out.MeanWait = over(func(t *tally) float64 { return t.wait.mean() })
	out.P50, out.P90 = quantile(response, 0.5), quantile(response, 0.9)
	out.P95, out.P99, out.P999 = quantile(response, 0.95), quantile(response, 0.99), quantile(response, 0.999)
	out.WaitP99 = quantile(func(t *tally) *histogram { return &t.wait }, 0.99)
	out.ProbabilityOfWait = share(func(t *tally) uint64 { return t.waited }, served)
	out.ColdStart = share(func(t *tally) uint64 { return t.cold }, served)
	out.Throttled, out.TimedOut, out.Dropped, out.Failed = ended(throttled), ended(timedOut), ended(dropped), ended(failed)
	out.Utilization = over(func(t *tally) float64 { return t.busyArea / math.Max(1, t.provisionedArea) })
	out.MeanQueueLength = mean(func(t *tally) float64 { return t.waitingArea })
	out.Provisioned = mean(func(t *tally) float64 { return t.provisionedArea })
	out.Busy = mean(func(t *tally) float64 { return t.busyArea })
	out.Idle = mean(func(t *tally) float64 { return t.provisionedArea - t.busyArea })
	out.StaleReads = share(func(t *tally) uint64 { return t.staleReads }, reads)
	out.StoreThrottled = share(func(t *tally) uint64 { return t.storeThrottled }, (*tally).measured)
	out.StaleP99 = quantile(func(t *tally) *histogram { return &t.stale }, 0.99)
	delivery := func(t *tally) *histogram { return &t.delivery }
	out.DeliveryP50, out.DeliveryP99 = quantile(delivery, 0.5), quantile(delivery, 0.99)

	out.Servers = serverShares(runs)
	var all histogram
	for _, t := range runs {
		out.Requests += t.measured()
		out.Events += t.events
		out.EnvironmentsStarted = max(out.EnvironmentsStarted, t.started)
		out.PeakConcurrency = max(out.PeakConcurrency, t.mostBusy)
		for _, n := range t.refusals {
			out.Refusals += n
		}
		if t.stay > 0 {
			out.LittleError = math.Max(out.LittleError, math.Abs(t.systemArea-t.stay)/t.stay)
		}
		all.merge(&t.response)
	}
	out.Max = seconds(all.max)
	out.Distribution = all.table()
	out.Timeline = runs[0].line.series()
	return out
}

func serverShares(runs []*tally) []float64 {
	var counts []uint64
	total := uint64(0)
	for _, t := range runs {
		for i, n := range t.byServer {
			if i == len(counts) {
				counts = append(counts, 0)
			}
			counts[i] += n
			total += n
		}
	}
	shares := make([]float64, len(counts))
	for i, n := range counts {
		shares[i] = float64(n) / float64(total)
	}
	return shares
}

func (t *tally) measured() uint64 {
	n := uint64(0)
	for _, c := range t.outcomes {
		n += c
	}
	return n
}

// table returns the distribution at shares that halve the rest, for a chart.
func (h *histogram) table() []Quantile {
	if h.n == 0 {
		return nil
	}
	shares := []float64{0, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999}
	out := make([]Quantile, 0, len(shares)+1)
	for _, p := range shares {
		if float64(h.n)*(1-p) < 1 {
			break
		}
		out = append(out, Quantile{Share: p, Seconds: h.quantile(p)})
	}
	return append(out, Quantile{Share: 1, Seconds: seconds(h.max)})
}
