package latency

import "time"

// Arrival is one request as a run has it.
type Arrival struct {
	// At is when it comes, from the start of the run; Service what its code takes on
	// a server that is not slow.
	At, Service time.Duration
}

// Trace returns the first n requests of the first run of a model with a seed, for
// a measurement of something real with the very same arrivals.
func Trace(m Model, seed uint64, n int) []Arrival {
	arrivals, seeds := newSource(m.Arrivals, stream(seed, 0)), stream(seed, 1)
	out := make([]Arrival, n)
	for i := range out {
		out[i].At = time.Duration(arrivals.next())
		out[i].Service = time.Duration(m.Work.Service.sample(drawService.uniform(seeds.Uint64())))
	}
	return out
}
