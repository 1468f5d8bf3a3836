package cost

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMeanBatch holds the mean batch to a queue that is played: arrivals at random, and
// batches of up to ten that each take a second.
func TestMeanBatch(t *testing.T) {
	for _, arrivals := range []float64{0.01, 0.04, 0.06, 0.5, 1, 3, 7, 9.5} {
		dice := rand.New(rand.NewPCG(1, uint64(arrivals*1000))) //nolint:gosec // must be repeatable
		come, now, taken, batches := dice.ExpFloat64()/arrivals, 0.0, 0, 0
		waiting := 0
		for batches < 400_000 {
			for come <= now {
				waiting, come = waiting+1, come+dice.ExpFloat64()/arrivals
			}
			if waiting == 0 {
				now, waiting, come = come, 1, come+dice.ExpFloat64()/arrivals
			}
			n := min(waiting, 10)
			waiting, taken, batches, now = waiting-n, taken+n, batches+1, now+1
		}
		want := float64(taken) / float64(batches)
		if got := meanBatch(arrivals, 10); math.Abs(got-want) > 0.01*want {
			t.Errorf("%v arrivals: batches of %v, played %v", arrivals, got, want)
		}
	}
	if got := meanBatch(50, 10); got != 10 {
		t.Errorf("more than there is room for: %v", got)
	}
}

// TestHotCommandsAreWrittenTogether prices no more than one write for each command at the
// design's own rates, fewer where all are for few dinners, and each where a machine
// makes reservations; and says how many of one dinner can be applied.
func TestHotCommandsAreWrittenTogether(t *testing.T) {
	_, d := sample(t, "Baseline")
	q := QueuedCommands(mustParse(t, queueing), d)
	if !q.Together || q.PerBatch != 10 {
		t.Fatalf("%+v", q)
	}
	if per := q.PerWrite(d, q.Count/(Hours*3600)); per != 1 {
		t.Errorf("%v commands to a write on average over the month", per)
	}
	// 10 commands in 28 and 40 ms; where each is written alone, in 28 and ten times 40.
	if got := q.CommandsPerSecond(40); !near(got, 10/0.068, 1e-9) {
		t.Errorf("%v commands/s of one dinner as one", got)
	}
	one := q
	one.items = 1
	if per := one.PerWrite(d, 100); per < 6 || per > 10 {
		t.Errorf("%v to a write at 100/s for one dinner", per)
	}
	if per := one.PerWrite(d, 1000); per != 10 {
		t.Errorf("%v to a write at 1,000/s for one dinner", per)
	}
	for _, o := range d.Load.Operations {
		busy := one
		busy.Count = 100 * Hours * 3600
		if saved := busy.saved(d, o); (saved > 0.8) != (o.Name == "Reserve Seat") || saved > 0.9 {
			t.Errorf("%s saves %v of an item", o.Name, saved)
		}
	}
	alone := QueuedCommands(mustParse(t, strings.Replace(queueing, `"Properties":{"MemorySize":512,"Architectures":["arm64"]}},
		"Mapping"`, `"Properties":{"MemorySize":512,"Environment":{"Variables":{"RESERVATION_SAGA":"arn"}},"Architectures":["arm64"]}},
		"Mapping"`, 1)), d)
	if alone.Together || alone.PerWrite(d, 1000) != 1 || !near(alone.CommandsPerSecond(40), 10/0.428, 1e-9) {
		t.Errorf("with a machine: %+v at %v/s", alone, alone.CommandsPerSecond(40))
	}
}
