package memory_test

import (
	"testing"
	"time"

	"fulcrum/lambdas/event"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/storetest"
)

func open(_ testing.TB, now func() time.Time, newID func() string) storetest.Store {
	s := memory.New(now, newID, storetest.CallRetention)
	return storetest.Store{
		Dinners: s.Dinners(), Guests: s.Guests(), Inboxes: s.Inboxes(), Index: s.Index(), Outcomes: s.Outcomes(),
		Outbox: func() []event.Event { events, _ := s.Events(0); return events },
	}
}

func TestContract(t *testing.T)   { storetest.Run(t, open) }
func TestProperties(t *testing.T) { storetest.Properties(t, open) }
func TestRace(t *testing.T)       { storetest.Race(t, open) }
