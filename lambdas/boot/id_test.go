package boot

import "testing"

// TestIDs wants ids that do not tell the next one, and ids of events in order.
func TestIDs(t *testing.T) {
	const n = 2000
	seen := map[string]bool{}
	down, previous, previousEvent := 0, newID(), newEventID()
	for range n {
		id, event := newID(), newEventID()
		if len(id) != 26 || seen[id] || seen[event] {
			t.Fatalf("ids %s and %s", id, event)
		}
		seen[id], seen[event] = true, true
		if id[:10] == previous[:10] && id < previous {
			down++
		}
		if event <= previousEvent {
			t.Errorf("event %s after %s", event, previousEvent)
		}
		previous, previousEvent = id, event
	}
	if down == 0 {
		t.Errorf("none of %d ids is below the one before it in its millisecond: they count up", n)
	}
}
