// Package drafttest holds what every store of drafts must do.
package drafttest

import (
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/draft"
)

// Contract holds a store to its contract. It waits for a time to live to end.
func Contract(t *testing.T, s draft.Store) {
	t.Helper()
	ctx := t.Context()
	want := func(person, document string) {
		t.Helper()
		got, err := s.Get(ctx, person)
		if document == "" {
			if !errors.Is(err, draft.ErrNone) {
				t.Errorf("%s: %q, %v; want none", person, got, err)
			}
			return
		}
		if err != nil || string(got) != document {
			t.Errorf("%s: %q, %v; want %q", person, got, err, document)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want("anna", "")
	must(s.Delete(ctx, "anna"))
	must(s.Put(ctx, "anna", []byte("one"), time.Minute))
	must(s.Put(ctx, "bob", []byte("other"), time.Minute))
	want("anna", "one")
	must(s.Put(ctx, "anna", []byte("two"), time.Minute))
	want("anna", "two")
	must(s.Delete(ctx, "anna"))
	want("anna", "")
	want("bob", "other")
	must(s.Put(ctx, "cid", []byte("short"), 20*time.Millisecond))
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := s.Get(ctx, "cid"); errors.Is(err, draft.ErrNone) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("a document outlives its time to live")
		}
	}
}
