package aside_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/dinner"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/once"
	"fulcrum/lambdas/search"
)

var errMiss = errors.New("miss")

// shelf is a cache in a map.
type shelf struct {
	mu     sync.Mutex
	values map[string][]byte
}

func (s *shelf) Get(_ context.Context, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.values[key]; ok {
		return v, nil
	}
	return nil, errMiss
}

func (s *shelf) Set(_ context.Context, key string, value []byte, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[key] = value
	return nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.values, key)
	return nil
}

// TestDinners wants who changes a dinner to see it at once, and lists to follow
// within the time to live.
func TestDinners(t *testing.T) {
	now := time.Date(2030, 3, 1, 12, 0, 10, 0, time.UTC)
	clock := func() time.Time { return now }
	n := 0
	newID := func() string { n++; return strings.Repeat("0", 25) + string(rune('A'+n)) }
	store := memory.New(clock, newID, time.Hour)
	kept := &shelf{values: map[string][]byte{}}
	reads := &aside.Reads{Cache: kept, Miss: errMiss, TTL: 30 * time.Second, Timeout: time.Minute, Failures: 3, Rest: time.Second, Now: clock, Draw: func() float64 { return 0 }}
	dinners := aside.Dinners{Repository: store.Dinners(), Reads: reads}
	commands := dinner.Commands{Dinners: dinners, Now: clock, NewID: newID}
	queries := dinner.Queries{Dinners: dinners, Views: aside.Views{Reads: reads}}
	index := aside.Index{Index: store.Index(), Reads: reads}

	created, err := commands.Create(t.Context(), once.Call{}, dinner.Host{ID: "host", Name: "Host"}, dinner.Plan{
		Title: "Soup", Place: "Here", Seats: 3, ConfirmBy: now.Add(time.Hour), StartsAt: now.Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	seats := func() int {
		t.Helper()
		v, err := queries.See(t.Context(), created.DinnerID)
		if err != nil {
			t.Fatal(err)
		}
		return v.SeatsLeft
	}
	if seats() != 3 || len(kept.values) != 1 {
		t.Fatalf("shown with %d seats, %d values cached", seats(), len(kept.values))
	}
	if _, err := commands.Reserve(t.Context(), once.Call{}, created.DinnerID, dinner.Guest{ID: "g", Name: "Guest"}); err != nil {
		t.Fatal(err)
	}
	if got := seats(); got != 2 {
		t.Errorf("after a reservation %d seats are shown, want 2", got)
	}
	if _, err := queries.See(t.Context(), "none"); err == nil || len(kept.values) != 1 {
		t.Errorf("an unknown dinner: %v, %d values cached", err, len(kept.values))
	}

	events, _ := store.Events(0)
	find := func() []search.Found {
		t.Helper()
		found, _, err := search.Find(t.Context(), index, now, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(find()) != 0 {
		t.Error("found before its event")
	}
	if err := (search.Projection{Index: index}).Handle(t.Context(), events[0]); err != nil {
		t.Fatal(err)
	}
	now = now.Add(5 * time.Second)
	if len(find()) != 0 {
		t.Error("the list was not cached: who asks a moment later asks for another")
	}
	now = now.Add(30 * time.Second)
	if found := find(); len(found) != 1 || found[0].DinnerID != created.DinnerID {
		t.Errorf("after the time to live the list is %+v", found)
	}
	for key := range kept.values {
		if !strings.HasPrefix(key, aside.Prefix) || strings.ContainsAny(key, " \n") {
			t.Errorf("key %q", key)
		}
	}
}

// TestSealed wants a cache to learn nothing, and what was tampered with or moved to
// be a miss.
func TestSealed(t *testing.T) {
	kept := &shelf{values: map[string][]byte{}}
	secret := bytes.Repeat([]byte{7}, 32)
	sealed := aside.Sealed{Cache: kept, Miss: errMiss, Key: func(context.Context) ([]byte, error) { return secret, nil }}
	if err := sealed.Set(t.Context(), "dinner:1", []byte("Ada's soup"), time.Minute); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(kept.values["dinner:1"], []byte("soup")) {
		t.Error("the cache can read it")
	}
	if got, err := sealed.Get(t.Context(), "dinner:1"); err != nil || string(got) != "Ada's soup" {
		t.Errorf("got %q, %v", got, err)
	}
	kept.values["dinner:2"] = kept.values["dinner:1"]
	if got, err := sealed.Get(t.Context(), "dinner:2"); !errors.Is(err, errMiss) {
		t.Errorf("under another key it opens to %q, %v", got, err)
	}
	secret = bytes.Repeat([]byte{8}, 32)
	if got, err := sealed.Get(t.Context(), "dinner:1"); !errors.Is(err, errMiss) {
		t.Errorf("with another secret it opens to %q, %v", got, err)
	}
	secret = nil
	if _, err := sealed.Get(t.Context(), "dinner:1"); err == nil || errors.Is(err, errMiss) {
		t.Errorf("without a secret: %v", err)
	}
}
