package latency

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"fulcrum/compare/latency/exact"
)

// Arrivals is a process by which requests come.
type Arrivals struct {
	kind arrivalKind
	rate float64 // mean, per second
	// rates and stays describe a process of two states (MMPP): the rate in each,
	// per second, and the mean stay, in seconds.
	rates, stays [2]float64
	// day holds the rate of each minute of a day over the mean.
	day  []float64
	text string
}

type arrivalKind uint8

const (
	poisson arrivalKind = iota
	regular
	bursty
	daily
)

// arrivalForms says how to write arrivals, for messages.
const arrivalForms = "80/s (Poisson), det:80/s, mmpp:20/s,200/s:30s,5s (two rates, two mean stays) or daily:80/s:3 (mean rate, peak factor)"

// Poisson returns arrivals at random with a rate per second.
func Poisson(rate float64) Arrivals { return Arrivals{kind: poisson, rate: rate} }

// Regular returns arrivals at equal distances with a rate per second.
func Regular(rate float64) Arrivals { return Arrivals{kind: regular, rate: rate} }

// Bursty returns a Markov-modulated Poisson process of two states with these
// rates per second and these exponential mean stays in seconds.
func Bursty(rates, stays [2]float64) Arrivals {
	work := exact.Times(rates[0], stays[0]) + exact.Times(rates[1], stays[1])
	return Arrivals{kind: bursty, rate: work / (stays[0] + stays[1]), rates: rates, stays: stays}
}

// Daily returns Poisson arrivals whose rate follows a day, minute by minute: a
// mean rate per second over 24 hours and a single peak, six hours after the start,
// of peak times the mean. The curve is that of a von Mises density, exp(κ·cos),
// whose sharpness follows from the peak factor; a hundredth of the mean is its
// least, so that no run waits for ever.
func Daily(rate, peak float64) Arrivals {
	low, high := 0.0, 1e4
	var curve []float64
	for range 50 {
		kappa := (low + high) / 2
		if curve = dayCurve(kappa); curve[dayMinutes/4] < peak {
			low = kappa
		} else {
			high = kappa
		}
	}
	a := Arrivals{kind: daily, rate: rate, day: make([]float64, dayMinutes)}
	total := 0.0
	for i, c := range curve {
		a.day[i] = math.Max(c, 0.01)
		total += a.day[i]
	}
	for i := range a.day {
		a.day[i] *= dayMinutes / total
	}
	return a
}

const dayMinutes = 1440

// dayCurve returns the rate of each minute over the day's mean for a sharpness.
func dayCurve(kappa float64) []float64 {
	curve, sum := make([]float64, dayMinutes), 0.0
	for i := range curve {
		phase := 2 * math.Pi * (float64(i)/dayMinutes - 0.25)
		curve[i] = exact.Exp(exact.Times(kappa, exact.Cos(phase)-1))
		sum += curve[i]
	}
	for i := range curve {
		curve[i] *= dayMinutes / sum
	}
	return curve
}

// Rate returns the mean rate per second.
func (a Arrivals) Rate() float64 { return a.rate }

// Busiest returns Poisson arrivals at the rate of a day's busiest minute, and any
// other process as it is.
func (a Arrivals) Busiest() Arrivals {
	if a.kind != daily {
		return a
	}
	out := Poisson(exact.Times(a.rate, slices.Max(a.day)))
	out.text = fmt.Sprintf("%.3g/s", out.rate)
	return out
}

// Scaled returns the same process at factor times the rate.
func (a Arrivals) Scaled(factor float64) Arrivals {
	a.rate *= factor
	a.rates[0], a.rates[1] = a.rates[0]*factor, a.rates[1]*factor
	a.text = fmt.Sprintf("%s ×%g", a.text, factor)
	return a
}

// String returns the process as [ParseArrivals] takes it.
func (a Arrivals) String() string { return a.text }

// ParseArrivals reads an arrival process:
//
//	80/s                     Poisson, also poisson:80/s
//	det:80/s                 at equal distances
//	mmpp:20/s,200/s:30s,5s   bursts: two rates and the mean stay at each
//	daily:80/s:3             a day's curve: mean rate and peak factor
func ParseArrivals(s string) (Arrivals, error) {
	a, err := parseArrivals(s)
	if err != nil {
		return Arrivals{}, fmt.Errorf("arrivals %q: %w", s, err)
	}
	a.text = s
	return a, nil
}

func parseArrivals(s string) (Arrivals, error) {
	kind, rest, two := strings.Cut(s, ":")
	if !two {
		kind, rest = "poisson", s
	}
	rates, parameter, more := strings.Cut(rest, ":")
	if more != (kind == "mmpp" || kind == "daily") {
		return Arrivals{}, fmt.Errorf("wrong number of parameters: want %s", arrivalForms)
	}
	first, second, pair := strings.Cut(rates, ",")
	rate, err := ParseRate(first)
	if err != nil {
		return Arrivals{}, err
	}
	if pair != (kind == "mmpp") {
		return Arrivals{}, fmt.Errorf("wrong number of rates: want %s", arrivalForms)
	}
	switch kind {
	case "poisson":
		return Poisson(rate), nil
	case "det":
		return Regular(rate), nil
	case "daily":
		var peak float64
		if _, err := fmt.Sscan(parameter, &peak); err != nil || !(peak > 1 && peak <= 100) {
			return Arrivals{}, fmt.Errorf("peak factor %q is out of range: want above 1 and at most 100", parameter)
		}
		return Daily(rate, peak), nil
	case "mmpp":
		other, err := ParseRate(second)
		if err != nil {
			return Arrivals{}, err
		}
		before, after, pair := strings.Cut(parameter, ",")
		stay, err1 := parseTime(before)
		back, err2 := parseTime(after)
		if !pair || err1 != nil || err2 != nil || stay < 1e-6 || back < 1e-6 {
			return Arrivals{}, fmt.Errorf("stays %q: want two times above 1µs, for example 30s,5s", parameter)
		}
		return Bursty([2]float64{rate, other}, [2]float64{stay, back}), nil
	}
	return Arrivals{}, fmt.Errorf("unknown kind %q: want %s", kind, arrivalForms)
}

// source produces the arrivals of one run.
type source struct {
	Arrivals
	random *rand.PCG
	now    int64 // of the last arrival, in nanoseconds
	state  int   // of a bursty process
	leaves int64 // when it leaves that state
}

func newSource(a Arrivals, random *rand.PCG) *source {
	s := &source{Arrivals: a, random: random}
	if a.kind == bursty {
		s.leaves = s.exponential(a.stays[0])
	}
	return s
}

func (s *source) exponential(mean float64) int64 {
	return nanoseconds(exact.Times(-mean, exact.Log(unit(s.random.Uint64()))))
}

// next returns the time of the next arrival, in nanoseconds.
func (s *source) next() int64 {
	switch s.kind {
	case poisson:
		s.now += s.exponential(1 / s.rate)
	case regular:
		s.now += nanoseconds(1 / s.rate)
	case bursty:
		for {
			at := s.now + s.exponential(1/s.rates[s.state])
			if at <= s.leaves {
				s.now = at
				break
			}
			// Exponential gaps have no memory, so a new draw at the change is right.
			s.now, s.state = s.leaves, 1-s.state
			s.leaves = s.now + s.exponential(s.stays[s.state])
		}
	case daily:
		s.followDay()
	}
	return s.now
}

// followDay spends one exponential amount of expected arrivals, minute by minute.
func (s *source) followDay() {
	const minute = int64(60e9)
	left := -exact.Log(unit(s.random.Uint64()))
	for {
		rate := exact.Times(s.rate, s.day[s.now/minute%dayMinutes])
		end := (s.now/minute + 1) * minute
		if here := exact.Times(rate, seconds(end-s.now)); left > here {
			left -= here
			s.now = end
			continue
		}
		s.now += nanoseconds(left / rate)
		return
	}
}
