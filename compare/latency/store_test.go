package latency

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestStaleness writes and reads one item: by PASTA a read is stale with the
// probability that a Poisson write came within the lag, 1-exp(-λw·lag).
func TestStaleness(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "stale", Arrivals: Poisson(100), Lambda: &Lambda{},
		Work: Work{Writes: 0.1, Read: Constant(0.002), Write: Constant(0.004), Lag: Constant(0.02)},
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "stale reads", r.StaleReads, 1-math.Exp(-100*0.1*0.02))
	if r.StaleP99.Value > 0.02 {
		t.Errorf("a read is %v s behind, the lag is 0.02", r.StaleP99.Value)
	}
	m.Work.Lag = Dist{}
	if r := mustSimulate(t, m, Options{Requests: 10_000, Runs: 2, Seed: 1}); r.StaleReads.Value != 0 {
		t.Errorf("%v of strong reads are stale", r.StaleReads.Value)
	}
}

// TestPartitionThrottle reads one item at twice its partition's rate.
func TestPartitionThrottle(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "hot", Arrivals: Regular(6_000), Lambda: &Lambda{},
		Work: Work{Read: Constant(0.002), PartitionReads: 3_000, PartitionWrites: 1_000, Backoff: Constant(0.05)},
	}
	r := mustSimulate(t, m, Options{Requests: 120_000, Runs: 1, Seed: 1})
	if want := 1 - (3_000+3_000*20.0)/120_000; math.Abs(r.StoreThrottled.Value-want) > 1e-3 {
		t.Errorf("throttled %v, want %v", r.StoreThrottled.Value, want)
	}
	m.Work.Items, m.Work.Skew = 10_000, 0
	if r := mustSimulate(t, m, Options{Requests: 120_000, Runs: 1, Seed: 1}); r.StoreThrottled.Value > 0 {
		t.Errorf("evenly spread reads are throttled: %v", r.StoreThrottled.Value)
	}
}

func TestCacheAndDistance(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "cache", Arrivals: Poisson(100), Lambda: &Lambda{},
		Work: Work{Writes: 0.2, Read: Constant(0.010), Write: Constant(0.020), Distance: Constant(0.100), FarReads: 1, FarWrites: 1, Cache: Cache{Hits: 0.75, Time: Constant(0.001)}},
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "mean with cache and distance", r.MeanResponse, 0.2*0.120+0.8*(0.001+0.25*0.110))
	m.Faults = []Fault{{Kind: "slow", Target: "store", From: 0, To: 1e6, Factor: 3}, {Kind: "slow", Target: "cache", From: 0, To: 1e6, Factor: 2}}
	r = mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	agrees(t, "mean with slow store and cache", r.MeanResponse, 0.2*0.160+0.8*(0.002+0.25*0.130))
}

// TestHitRatio compares Che's approximation with a simulated LRU cache.
func TestHitRatio(t *testing.T) {
	t.Parallel()
	const n = 5_000
	for _, x := range []struct {
		skew float64
		size int
	}{{0.8, 250}, {0.8, 1000}, {1, 500}, {1.2, 100}} {
		r := rand.New(rand.NewPCG(1, 1))
		cumulative := make([]float64, n)
		total := 0.0
		for k := range n {
			total += math.Pow(float64(k+1), -x.skew)
			cumulative[k] = total
		}
		last, clock, hits, asked := make([]int, n), 0, 0, 0
		order := make([]int, 0, 1<<20)
		held := 0
		for ; clock < 300_000; clock++ {
			u := r.Float64() * total
			low, high := 0, n-1
			for low < high {
				if m := (low + high) / 2; cumulative[m] < u {
					low = m + 1
				} else {
					high = m
				}
			}
			if clock > 100_000 {
				asked++
				if last[low] > 0 {
					hits++
				}
			}
			if last[low] == 0 {
				held++
			}
			last[low] = clock + 1
			order = append(order, low)
			for held > x.size { // evict the least recently used: skip renewed entries
				first := order[0]
				at := clock + 1 - len(order) + 1
				order = order[1:]
				if last[first] == at {
					last[first] = 0
					held--
				}
			}
		}
		got, want := HitRatio(n, x.skew, float64(x.size)), float64(hits)/float64(asked)
		if math.Abs(got-want) > 0.01 {
			t.Errorf("skew %v, %d of %d items: %v, a simulated cache hits %v", x.skew, x.size, n, got, want)
		}
	}
	if HitRatio(10, 1, 0) != 0 || HitRatio(10, 1, 10) != 1 {
		t.Error("an empty and a full cache")
	}
}

func TestZipf(t *testing.T) {
	t.Parallel()
	s := ZipfExponent(10_000, 0.2, 0.8)
	p := newPopularity(10_000, s)
	hot, n := 0, 100_000
	for k := range n {
		if p.item((float64(k)+0.5)/float64(n)) < 2_000 {
			hot++
		}
	}
	if share := float64(hot) / float64(n); math.Abs(share-0.8) > 0.001 {
		t.Errorf("a fifth of the items gets %v of the requests", share)
	}
}

// TestEvents checks deliveries that arithmetic gives: alone, a batch of one after
// its delay and its time; with a window, the first of a batch waits for it.
func TestEvents(t *testing.T) {
	t.Parallel()
	m := Model{
		Name: "events", Arrivals: Regular(1), Lambda: &Lambda{}, Work: Work{Writes: 1, Service: Constant(0.1)},
		Events: &Events{PerWrite: 1, Delay: Constant(0.5), Batch: 10, Service: Constant(0.02), Overhead: Constant(0.01)},
	}
	r := mustSimulate(t, m, Options{Requests: 1000, Runs: 1, Seed: 1})
	if want := 0.5 + 0.01 + 0.02; math.Abs(r.DeliveryP50.Value-want) > 0.003 || math.Abs(r.DeliveryP99.Value-want) > 0.003 {
		t.Errorf("delivered after %v, p99 %v, want %v", r.DeliveryP50.Value, r.DeliveryP99.Value, want)
	}
	m.Events.Window = 4.5 // five events, the first waits 4.5 s, the last 0.5 s
	r = mustSimulate(t, m, Options{Requests: 1000, Runs: 1, Seed: 1})
	if median := 0.5 + 2.5 + 0.01 + 5*0.02; math.Abs(r.DeliveryP50.Value-median) > 0.02 {
		t.Errorf("delivered after %v in the middle of a batch, want %v", r.DeliveryP50.Value, median)
	}
	m.Events.Consumers, m.Events.Service = 1, Constant(20)
	if _, err := Simulate(t.Context(), m, Options{Requests: 10}); err == nil {
		t.Error("one consumer is asked for twenty seconds of work a second")
	}
}
