package latency

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

// distForms says how to write a distribution, for messages.
const distForms = "exp:10ms, det:10ms, uniform:5ms:15ms, lognormal:10ms:1.5 (mean, coefficient of variation), lognormal:10ms/50ms (median/p99), pareto:10ms:2.5 (mean, exponent above 1) or hdr:FILE[:unit]"

// ParseDist reads a distribution of times:
//
//	exp:10ms              exponential of that mean
//	det:10ms              always that time
//	uniform:5ms:15ms      uniform between two times
//	lognormal:10ms:1.5    lognormal of a mean and a coefficient of variation
//	lognormal:10ms/50ms   lognormal of a median and a 99th percentile
//	pareto:10ms:2.5       Pareto of a mean and a tail exponent above 1
//	hdr:FILE[:unit]       the percentile table that HdrHistogram tools print, in
//	                      unit, by default ms
//
// A time without a unit is in seconds.
func ParseDist(s string) (Dist, error) {
	d, err := parseDist(s)
	if err != nil {
		return Dist{}, fmt.Errorf("distribution %q: %w", s, err)
	}
	d.text = s
	return d, nil
}

func parseDist(s string) (Dist, error) {
	kind, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" {
		return Dist{}, fmt.Errorf("want a kind and its parameters: %s", distForms)
	}
	if kind == "hdr" {
		return parseHDR(rest)
	}
	median, p99, quantiles := strings.Cut(rest, "/")
	if quantiles && kind == "lognormal" {
		m, err := parseTime(median)
		if err != nil {
			return Dist{}, err
		}
		p, err := parseTime(p99)
		if err != nil {
			return Dist{}, err
		}
		if !(m > 0 && p >= m) {
			return Dist{}, fmt.Errorf("want a median above 0 and a p99 not below it")
		}
		return LognormalQuantiles(m, p), nil
	}
	first, second, two := strings.Cut(rest, ":")
	mean, err := parseTime(first)
	if err != nil {
		return Dist{}, err
	}
	if want := kind == "lognormal" || kind == "pareto" || kind == "uniform"; want != two {
		return Dist{}, fmt.Errorf("wrong number of parameters: want %s", distForms)
	}
	switch kind {
	case "det":
		return Constant(mean), nil
	case "uniform":
		to, err := parseTime(second)
		if err != nil {
			return Dist{}, err
		}
		if to < mean {
			return Dist{}, fmt.Errorf("want the shorter time first")
		}
		return Uniform(mean, to), nil
	}
	if mean == 0 {
		return Dist{}, fmt.Errorf("want a mean above 0")
	}
	if kind == "exp" {
		return Exponential(mean), nil
	}
	parameter, err := strconv.ParseFloat(second, 64)
	if err != nil {
		parameter = math.NaN()
	}
	switch {
	case kind == "lognormal" && parameter > 0 && parameter <= 100:
		return Lognormal(mean, parameter), nil
	case kind == "lognormal":
		return Dist{}, fmt.Errorf("coefficient of variation %q is out of range: want above 0 and at most 100", second)
	case kind == "pareto" && parameter >= 1.05 && parameter <= 100:
		return Pareto(mean, parameter), nil
	case kind == "pareto":
		return Dist{}, fmt.Errorf("exponent %q is out of range: want 1.05 to 100", second)
	}
	return Dist{}, fmt.Errorf("unknown kind %q: want %s", kind, distForms)
}

// parseTime reads a duration, "10ms", or a number of seconds, "0.01", and returns
// seconds from 0 to a year.
func parseTime(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("%q is not a time: want for example 10ms, 2s or 0.01 for seconds", s)
		}
		v = d.Seconds()
	}
	if !(v >= 0 && v <= 365*86400) {
		return 0, fmt.Errorf("time %q is out of range: want 0 to a year", s)
	}
	return v, nil
}

// ParseRate reads a rate, "80/s", "5000/m", "1e6/h" or "80" per second, and
// returns it per second.
func ParseRate(s string) (float64, error) {
	number, unit, _ := strings.Cut(s, "/")
	per, known := map[string]float64{"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}[unit]
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !known || !(v > 0 && v/per <= 1e8 && v/per >= 1e-9) {
		return 0, fmt.Errorf("rate %q: want a number above 0 and a unit, for example 80/s, 5000/m or 1e6/h", s)
	}
	return v / per, nil
}

// parseHDR reads FILE or FILE:unit.
func parseHDR(s string) (Dist, error) {
	path, unit := s, 1e-3
	if at := strings.LastIndex(s, ":"); at > 0 {
		if u, ok := map[string]float64{"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[s[at+1:]]; ok {
			path, unit = s[:at], u
		}
	}
	text, err := os.ReadFile(path) //nolint:gosec // the user names the file to read
	if err != nil {
		return Dist{}, fmt.Errorf("%w: want a percentile table as HdrHistogram tools print", err)
	}
	return ReadHDR(string(text), unit)
}
