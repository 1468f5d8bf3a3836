package memory_test

import (
	"fmt"
	"testing"
	"time"

	"fulcrum/lambdas/draft/drafttest"
	"fulcrum/lambdas/memory"
	"fulcrum/lambdas/refusal"
)

func TestDrafts(t *testing.T) { drafttest.Contract(t, &memory.Drafts{Now: time.Now}) }

// TestDraftsAreBounded wants room again once drafts are over.
func TestDraftsAreBounded(t *testing.T) {
	now := time.Now()
	d := &memory.Drafts{Now: func() time.Time { return now }}
	var err error
	n := 0
	for ; err == nil && n < 1<<16; n++ {
		err = d.Put(t.Context(), fmt.Sprint(n), []byte("x"), time.Minute)
	}
	if !refusal.Is(err, refusal.Busy) {
		t.Fatalf("kept %d, %v", n, err)
	}
	if err := d.Put(t.Context(), "0", []byte("y"), time.Minute); err != nil {
		t.Errorf("in place of one that is kept: %v", err)
	}
	now = now.Add(2 * time.Minute)
	if err := d.Put(t.Context(), "new", []byte("x"), time.Minute); err != nil {
		t.Errorf("after the others are over: %v", err)
	}
}
