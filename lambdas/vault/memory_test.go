package vault

import (
	"strconv"
	"testing"
	"time"
)

// TestWhatIsRememberedIsBounded fills the memory with what is over, and then with more
// than it may hold: what is over goes first, and it never grows.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	var m memory[int]
	now := time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)
	for n := range Most / 2 {
		m.put("over "+strconv.Itoa(n), n, now)
	}
	now = now.Add(Remember)
	if _, ok := m.get("over 0", now); ok {
		t.Error("remembered after its time")
	}
	for n := range Most {
		m.put(strconv.Itoa(n), n, now)
	}
	for n := range Most {
		if got, ok := m.get(strconv.Itoa(n), now); !ok || got != n {
			t.Fatalf("%d is forgotten, and there was room", n)
		}
	}
	for n := range 100 {
		m.put("more "+strconv.Itoa(n), n, now)
		if got, ok := m.get("more "+strconv.Itoa(n), now); !ok || got != n || len(m.values) > Most {
			t.Fatalf("the last is remembered: %v, of %d", ok, len(m.values))
		}
	}
}
