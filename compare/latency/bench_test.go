package latency

import (
	"context"
	"math"
	"runtime"
	"testing"
)

// BenchmarkEvents reports the events a second of one core.
func BenchmarkEvents(b *testing.B) {
	for _, x := range []struct {
		name  string
		model Model
	}{
		{"M/M/1", queue(Exponential(0.01), 0.8, 1)},
		{"M/M/100", queue(Exponential(0.01), 0.8, 100)},
		{"lambda", Model{Arrivals: Poisson(1000), Work: Work{Service: Exponential(0.05)},
			Lambda: &Lambda{Concurrency: 1000, ScaleUnits: 1000, ScalePeriod: 10, Init: Lognormal(0.2, 0.3), Idle: 300}}},
	} {
		b.Run(x.name, func(b *testing.B) {
			events := uint64(0)
			for i := 0; b.Loop(); i++ {
				events += simulate(context.Background(), &x.model, Options{Requests: 200_000, Seed: 1}, i, nil).events
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

// TestMemoryDoesNotGrowWithRequests runs ten times the requests and allows a
// tenth more memory.
func TestMemoryDoesNotGrowWithRequests(t *testing.T) {
	// The least of three, since the runtime may allocate for itself meanwhile.
	allocated := func(requests int) uint64 {
		least := uint64(math.MaxUint64)
		for range 3 {
			m := queue(Exponential(0.01), 0.7, 4)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			simulate(context.Background(), &m, Options{Requests: requests, Seed: 1}, 0, nil)
			runtime.ReadMemStats(&after)
			least = min(least, after.TotalAlloc-before.TotalAlloc)
		}
		return least
	}
	allocated(10_000)
	few, many := allocated(30_000), allocated(300_000)
	if float64(many) > 1.1*float64(few)+64<<10 {
		t.Errorf("30,000 requests allocate %d bytes, 300,000 allocate %d", few, many)
	}
}

// TestMemoryDoesNotGrowWithClients: a system of a hundred million users is no larger to
// simulate than one of a few, where each sticks to a server.
func TestMemoryDoesNotGrowWithClients(t *testing.T) {
	m := queue(Exponential(0.01), 0.7, 4)
	m.Pool.Policy, m.Clients = Sticky, 100_000_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	simulate(context.Background(), &m, Options{Requests: 4000, Seed: 1}, 0, nil)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("4,000 requests allocate %d bytes", got)
	}
}
