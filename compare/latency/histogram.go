package latency

import (
	"math"
	"math/bits"

	"fulcrum/compare/latency/exact"
)

// QuantileError is the largest relative error that keeping times in a histogram
// adds to a percentile: half the width of a bucket, 1/512.
const QuantileError = 1.0 / (2 << subBits)

// subBits is the number of bits of a value that its bucket keeps.
const subBits = 8

// histogram counts times in buckets whose width is a fixed share of their value,
// as HdrHistogram does. Its size does not depend on the number of times: it keeps the
// buckets of each power of two of which a time has come.
type histogram struct {
	octaves  [64 - subBits]*[1 << subBits]uint64
	n        uint64
	max, min int64
	sum      float64
}

// bucket returns the number of the bucket of a time.
func bucket(ns int64) int {
	v := uint64(ns) //nolint:gosec // times are never negative
	if v < 1<<subBits {
		return int(v)
	}
	octave := bits.Len64(v) - subBits - 1
	return octave<<subBits + int(v>>octave) //nolint:gosec // below 2⁹
}

// middle returns the time in the middle of a bucket, in nanoseconds.
func middle(bucket int) float64 {
	if bucket < 1<<(subBits+1) {
		return float64(bucket)
	}
	octave := bucket>>subBits - 1
	low := uint64(bucket-octave<<subBits) << octave //nolint:gosec // positive
	return float64(low) + float64(uint64(1)<<octave)/2
}

func (h *histogram) add(ns int64) {
	if h.n == 0 || ns < h.min {
		h.min = ns
	}
	h.n++
	b := bucket(ns)
	h.octave(b >> subBits)[b&(1<<subBits-1)]++
	h.sum += float64(ns)
	if ns > h.max {
		h.max = ns
	}
}

func (h *histogram) octave(i int) *[1 << subBits]uint64 {
	if h.octaves[i] == nil {
		h.octaves[i] = new([1 << subBits]uint64)
	}
	return h.octaves[i]
}

func (h *histogram) merge(o *histogram) {
	if o.n == 0 {
		return
	}
	if h.n == 0 || o.min < h.min {
		h.min = o.min
	}
	for i, counts := range o.octaves {
		if counts == nil {
			continue
		}
		into := h.octave(i)
		for k, c := range counts {
			into[k] += c
		}
	}
	h.n += o.n
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// mean returns the mean in seconds, 0 if nothing was added.
func (h *histogram) mean() float64 {
	if h.n == 0 {
		return 0
	}
	return h.sum / float64(h.n) / 1e9
}

// quantile returns the p-quantile in seconds, 0 if nothing was added: the value
// that at least the share p does not exceed.
func (h *histogram) quantile(p float64) float64 {
	if h.n == 0 {
		return 0
	}
	rank := max(1, uint64(math.Ceil(exact.Times(p, float64(h.n))-1e-9)))
	seen := uint64(0)
	for i, counts := range h.octaves {
		if counts == nil {
			continue
		}
		for k, c := range counts {
			if seen += c; seen >= rank {
				return math.Max(float64(h.min), math.Min(middle(i<<subBits+k), float64(h.max))) / 1e9
			}
		}
	}
	return seconds(h.max)
}
