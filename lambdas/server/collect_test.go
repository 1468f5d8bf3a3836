package server

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		live, roots uint64
		want        int
	}{
		{0, 0, 2400},                  // what 1 MB would have
		{3 << 20, 1 << 20, 525},       // 3 + 4 × 5.25 = 24 MB
		{12 << 20, 0, 100},            // twice 12 MB
		{10 << 20, 2 << 20, 116},      // 10 + 12 × 1.16 = 24 MB
		{20 << 20, 1 << 20, 100},      // above 24 MB at once: Go's own
		{quietHeap, 1 << 20, 100},     // no less than Go's own
		{2000 << 20, 100 << 20, 100},  // nor for much
		{quietHeap - 1, 1 << 50, 100}, // nor for many roots
	} {
		if got := percent(c.live, c.roots); got != c.want {
			t.Errorf("percent(%d, %d) = %d, want %d", c.live, c.roots, got, c.want)
		}
	}
}

var kept []byte

// TestCollectRarely lets much live and little, and much once more.
func TestCollectRarely(t *testing.T) {
	t.Setenv("GOGC", "")
	own := debug.SetGCPercent(usualPercent)
	defer debug.SetGCPercent(own)
	CollectRarely()
	runtime.GC()
	growth := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: the heap may grow by %d %%", what, growth())
			}
		}
	}
	until("while little lives", func() bool { runtime.GC(); return growth() > 300 })
	kept = make([]byte, 48<<20)
	until("while much lives", func() bool { runtime.GC(); return growth() == usualPercent })
	kept = nil
	until("once it is gone", func() bool { runtime.GC(); return growth() > 300 })
}
