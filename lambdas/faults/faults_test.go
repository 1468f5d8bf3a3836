package faults

import (
	"flag"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	replaySeed = flag.Uint64("seed", 0, "run this seed alone")
	wanted     = flag.Int64("faults", 100_000, "how many faults to inject at least")
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(Log()))
	os.Exit(m.Run())
}

func transport(t testing.TB) Transport {
	t.Helper()
	b, err := Baseline()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// soak reports whether there is time for long runs: FULCRUM_SOAK is set.
func soak() bool { return os.Getenv("FULCRUM_SOAK") != "" }

// TestNothingLostNothingTwice runs seed after seed until enough faults were
// injected. Seeds are the same each time but in a soak, which begins anywhere.
func TestNothingLostNothingTwice(t *testing.T) {
	configs := Configs(transport(t))
	configs["global-strong"], configs["global-strong, crowded"] = global(transport(t)), crowded(transport(t))
	target, first := *wanted, uint64(1)
	if soak() {
		target, first = 10_000_000, uint64(time.Now().UnixNano())>>16
	}
	if *replaySeed != 0 {
		target, first = int64(len(configs)), *replaySeed
	}
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			total, runs := runMany(t, configs[name], first, target/int64(len(configs)))
			t.Logf("%d faults in %d runs from seed %d, %d dead letters repaired, %d commands written with others, %v: %v",
				total.Faults.Total(), runs, first, total.DeadLetters, total.Merged, time.Since(began).Round(time.Millisecond), total.Faults)
			if *replaySeed != 0 || t.Failed() {
				return
			}
			for k, n := range total.Faults {
				if n == 0 {
					t.Errorf("no fault of kind %v was injected", Kind(k))
				}
			}
			if queued := configs[name].queued; queued != (total.Merged > 0) {
				t.Errorf("%d commands were written with others", total.Merged)
			}
			if total.DeadLetters == 0 {
				t.Error("nothing ever failed for good")
			}
		})
	}
}

// runMany runs seeds from first on until target faults were injected or one run
// failed.
func runMany(t *testing.T, c Config, first uint64, target int64) (total Result, runs int64) {
	t.Helper()
	var next atomic.Uint64
	next.Store(first - 1)
	var injected atomic.Int64
	var failed atomic.Bool
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for injected.Load() < target && !failed.Load() {
				r, err := play(t, next.Add(1), c)
				mu.Lock()
				if err != nil {
					t.Error(err)
				}
				if r.Violations != "" {
					t.Errorf("seed %d: %s\nreplay: go test ./lambdas/faults -run '%s' -seed %d", r.Seed, r.Violations, t.Name(), r.Seed)
				}
				failed.Store(t.Failed())
				injected.Add(r.Faults.Total())
				total.Faults.Add(r.Faults)
				total.Commands, total.Events = total.Commands+r.Commands, total.Events+r.Events
				total.Steps, total.DeadLetters, total.Merged = total.Steps+r.Steps, total.DeadLetters+r.DeadLetters, total.Merged+r.Merged
				runs++
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return total, runs
}
