package latency

import (
	"math"
	"testing"
)

// TestKeysAreFetchedTogether asks for ten keys, four at a time: the mean of the largest
// of n exponential times is their mean times the n-th harmonic number.
func TestKeysAreFetchedTogether(t *testing.T) {
	t.Parallel()
	m := Model{Name: "keys", Arrivals: Poisson(100), Lambda: &Lambda{}, Work: Work{
		Read: Constant(0.010), Persons: Persons{
			Alias: Constant(0.5), Key: Exponential(0.010), AtOnce: 4, Opened: []Opening{{Share: 0.5, Keys: 10}}, Kinds: 1_000_000_000, Seconds: 1e-9, Calls: 1e9, Session: 1,
		},
	}}
	if p := m.prepared().Work.Persons; math.Abs(p.missing-1) > 1e-3 || p.stranger > 1e-3 {
		t.Fatalf("processes that forget at once remember %v of the keys and %v of the callers", 1-p.missing, 1-p.stranger)
	}
	r := mustSimulate(t, m, Options{Requests: 100_000, Runs: 4, Seed: 1})
	four, two := 1+1/2.0+1/3.0+1/4.0, 1+1/2.0
	agrees(t, "mean with ten keys", r.MeanResponse, 0.010+0.5*0.010*(2*four+two))
}

// TestWhoIsRemembered holds what processes do not remember to arithmetic: a caller is a
// stranger to each process once in the time that it remembers.
func TestWhoIsRemembered(t *testing.T) {
	t.Parallel()
	p := Persons{Key: Constant(0.01), Opened: []Opening{{Share: 1, Keys: 2}}, Kinds: 1, Seconds: 300, Calls: 12, Session: 360}
	p.prepare(10, 4)
	if want := 4 * 2 / 12.0; math.Abs(p.stranger-want) > 1e-9 {
		t.Errorf("%v of the callers are strangers to 4 processes, want %v", p.stranger, want)
	}
	if want := 1 / (1 + 20.0/4*300); math.Abs(p.missing-want) > 1e-9 {
		t.Errorf("%v of the keys are asked for, want %v", p.missing, want)
	}
	if p.prepare(10, 100); p.stranger != 1 {
		t.Errorf("%v of the callers are strangers to more processes than they make calls", p.stranger)
	}
}
