package boot

import (
	"slices"
	"strings"
	"testing"

	"fulcrum/lambdas/dynamo"
)

// TestItemsAreWrittenAlone wants the stores that do without transactions where the
// table's consistency asks for it, and only there.
func TestItemsAreWrittenAlone(t *testing.T) {
	for consistency, alone := range map[string]bool{"eventual": false, "strong": false, "global-strong": true} {
		environment(t, map[string]string{"STORE_TABLE": "store", "CONSISTENCY": consistency})
		s, err := read()
		if err != nil {
			t.Fatal(err)
		}
		store := s.store(nil)
		_, dinners := s.dinners(store).(dynamo.GlobalDinners)
		_, guests := s.guests(store).(dynamo.GlobalGuests)
		if dinners != alone || guests != alone || s.consistent != (consistency != "eventual") {
			t.Errorf("%s: dinners %v, guests %v, read strongly %v", consistency, dinners, guests, s.consistent)
		}
	}
}

func TestOutbox(t *testing.T) {
	environment(t, map[string]string{"STORE_TABLE": "store"})
	t.Setenv("EVENT_BUS", "")
	if _, err := ReadOutbox(t.Context()); err == nil || !strings.Contains(err.Error(), "EVENT_BUS is not set") {
		t.Errorf("got %v", err)
	}
	t.Setenv("EVENT_BUS", "bus")
	t.Setenv("EVENTS", "Dinner Created,Dinner Full")
	o, err := ReadOutbox(t.Context())
	if err != nil || o.Bus != "bus" || !slices.Equal(o.Events, []string{"Dinner Created", "Dinner Full"}) || o.Store.Name != "store" {
		t.Errorf("%+v, %v", o, err)
	}
}
