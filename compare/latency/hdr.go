package latency

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"fulcrum/compare/latency/exact"
)

// ReadHDR reads an empirical distribution from the percentile table that
// HdrHistogram, wrk2 and similar tools print: lines of value, percentile as a
// share of 1, total count and inverse, values in units of the given seconds.
// Comment lines begin with "#"; a heading and empty lines are skipped.
//
// Between two lines the distribution is interpolated.
func ReadHDR(text string, unit float64) (Dist, error) {
	d := Dist{shape: empirical}
	for n, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") || fields[0] == "Value" {
			continue
		}
		if len(fields) < 2 {
			return Dist{}, fmt.Errorf("line %d: %q has no percentile: want value, percentile, count", n+1, line)
		}
		value, errV := strconv.ParseFloat(fields[0], 64)
		p, errP := strconv.ParseFloat(fields[1], 64)
		if errV != nil || errP != nil || !(p >= 0 && p <= 1) || !(value >= 0 && value*unit <= 365*86400) {
			return Dist{}, fmt.Errorf("line %d: %q: want a value from 0 and a percentile from 0 to 1", n+1, line)
		}
		s := step{p: p, value: exact.Times(value, unit)}
		if last := len(d.steps) - 1; last >= 0 {
			if s.p < d.steps[last].p || s.value < d.steps[last].value {
				return Dist{}, fmt.Errorf("line %d: value and percentile fall below those of the line before: want them in order", n+1)
			}
			if s.p == d.steps[last].p {
				d.steps[last].value = s.value
				continue
			}
		}
		d.steps = append(d.steps, s)
	}
	if len(d.steps) < 2 {
		return Dist{}, fmt.Errorf("%d percentiles: want at least 2", len(d.steps))
	}
	if last := len(d.steps) - 1; d.steps[last].p < 1 {
		d.steps = append(d.steps, step{p: 1, value: d.steps[last].value})
	}
	if m, _ := d.moments(); m == 0 || math.IsInf(m, 0) {
		return Dist{}, fmt.Errorf("its mean is %v: want values above 0", m)
	}
	return d, nil
}
