package server

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// quietHeap is how large the heap may grow, in bytes, before garbage is collected
// while little of it lives. Go's own pace begins at 4 MB, which this service fills
// some fifty times a second under load, with less than 3 MB alive; of the 64 MB that a
// server may have, 40 are still there for what is not heap, and for a flood.
const quietHeap = 24 << 20

// usualPercent is Go's own pace: a collection once the heap has grown by as much as
// lives.
const usualPercent = 100

// CollectRarely lets the heap grow to 24 MB before garbage is collected, and above
// that by as much as lives, as Go does by itself. A higher GOGC would let it grow by a
// multiple of what a flood keeps alive; a memory limit would collect without end once
// connections keep more alive than the limit. Whoever sets GOGC decides instead.
func CollectRarely() {
	if os.Getenv("GOGC") == "" {
		watch(new(cycle))
	}
}

// cycle is garbage at once: what cleans it up runs after every collection. It is too
// large to share an allocation with others, which would keep it alive.
type cycle [64]byte

func watch(c *cycle) {
	runtime.AddCleanup(c, func(struct{}) {
		set()
		watch(new(cycle))
	}, struct{}{})
}

// set follows what the last collection found alive.
func set() {
	found := []metrics.Sample{
		{Name: "/gc/gogc:percent"}, {Name: "/gc/heap/live:bytes"},
		{Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"},
	}
	metrics.Read(found)
	now := int(found[0].Value.Uint64()) //nolint:gosec // what was set
	next := percent(found[1].Value.Uint64(), found[2].Value.Uint64()+found[3].Value.Uint64())
	// To change it stops the program for a moment: not for less than a tenth.
	if next > now+now/10 || next < now-now/10 {
		debug.SetGCPercent(next)
	}
}

// percent returns the growth at which a heap with live bytes, and roots outside of
// it, is collected at quietHeap, at least Go's own, and at most what a heap of 1 MB has.
// https://go.dev/doc/gc-guide#GOGC: target = live + (live + roots) × GOGC / 100.
func percent(live, roots uint64) int {
	if live >= quietHeap {
		return usualPercent
	}
	return max(usualPercent, int((quietHeap-live)*100/max(1<<20, live+roots))) //nolint:gosec // at most 2400
}
