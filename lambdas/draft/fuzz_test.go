package draft_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"fulcrum/lambdas/draft"
	"fulcrum/lambdas/refusal"
)

// fixed is a store that has one document, or none.
type fixed struct{ document []byte }

func (f fixed) Put(context.Context, string, []byte, time.Duration) error { return nil }
func (f fixed) Delete(context.Context, string) error                     { return nil }
func (f fixed) Get(context.Context, string) ([]byte, error) {
	if f.document == nil {
		return nil, draft.ErrNone
	}
	return f.document, nil
}

// FuzzDocuments reads whatever may lie in the stores of a session: it is a draft, the
// later one of two, or as good as none, and never an error.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `[]`, `{"title":"Soup","seats":4,"savedAt":"2030-03-01T12:00:00Z"}`, `{"title":"Bread","savedAt":"2030-03-01T12:00:01Z"}`,
		`{"title":7,"savedAt":"2030-03-01T12:00:02Z"}`, `{"savedAt":"9999-12-31T23:59:59-23:59"}`,
	} {
		f.Add([]byte(seed), []byte(`{"title":"Soup","savedAt":"2030-03-01T12:00:00Z"}`))
		f.Add([]byte(`{"title":"Soup","savedAt":"2030-03-01T12:00:00Z"}`), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, shared, own []byte) {
		one := func(s draft.Store) (draft.Draft, bool) {
			d, err := draft.Session{Store: s, TTL: time.Minute, Now: time.Now}.Read(t.Context(), "anna")
			if err != nil && !refusal.Is(err, refusal.NotFound) {
				t.Errorf("%q, %q: %v", shared, own, err)
			}
			if _, err := json.Marshal(d); err != nil {
				t.Errorf("%+v cannot be answered: %v", d, err)
			}
			return d, err == nil
		}
		first, inShared := one(fixed{shared})
		second, inOwn := one(fixed{own})
		both, found := one(draft.Fallback{Shared: fixed{shared}, Own: fixed{own}})
		want := first
		if inOwn && second.SavedAt.After(first.SavedAt) {
			want = second
		}
		if found != (inShared || inOwn) || !both.SavedAt.Equal(want.SavedAt) {
			t.Errorf("%q and %q: got %+v, want %+v", shared, own, both, want)
		}
	})
}
