package valkey_test

import (
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/draft/drafttest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/valkey"
	"fulcrum/lambdas/valkey/redistest"
)

func TestDrafts(t *testing.T) {
	s := redistest.Start(t)
	shared := valkey.Drafts{Client: client(t, s, redistest.User, redistest.Password), Prefix: "dinner:"}
	drafttest.Contract(t, shared)
	shared.Prefix = "dinner:other:"
	drafttest.Contract(t, draft.Fallback{Shared: shared, Own: &memory.Drafts{Now: time.Now}})
}

// TestDraftsWithoutTheStore wants hosts who stay with a server to miss nothing while
// the shared store is away, others to start again, and all to share again after.
func TestDraftsWithoutTheStore(t *testing.T) {
	s := redistest.Start(t)
	open := func() draft.Session {
		shared := valkey.Drafts{Client: client(t, s, redistest.User, redistest.Password), Prefix: "dinner:"}
		return draft.Session{
			Store: draft.Fallback{Shared: shared, Own: &memory.Drafts{Now: time.Now}}, TTL: time.Minute, Now: time.Now,
		}
	}
	one, two := open(), open() // two servers
	save := func(server draft.Session, title string) {
		t.Helper()
		if _, err := server.Save(t.Context(), "anna", draft.Draft{Title: title}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(server draft.Session, title string) {
		t.Helper()
		d, err := server.Read(t.Context(), "anna")
		if title == "" && err != nil {
			return
		}
		if err != nil || d.Title != title {
			t.Errorf("%q, %v; want %q", d.Title, err, title)
		}
	}
	save(one, "Soup")
	want(two, "Soup")
	s.Stop()
	want(two, "")
	save(one, "Stew")
	want(one, "Stew")
	want(two, "")
	if err := one.Drop(t.Context(), "nobody"); err == nil {
		t.Error("forgotten, without the store having heard of it")
	}
	s.Run(t)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err := one.Store.(draft.Fallback).Shared.Get(t.Context(), "anna"); errors.Is(err, draft.ErrNone) {
			break // it is there again, and empty
		}
		if time.Now().After(end) {
			t.Fatal("the store is not reached again")
		}
	}
	want(one, "Stew")
	save(two, "Cake") // through another server, which is later than what this one kept
	want(one, "Cake")
	save(one, "Pie")
	want(one, "Pie")
	want(two, "Pie")
}
