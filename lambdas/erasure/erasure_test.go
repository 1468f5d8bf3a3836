package erasure_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"fulcrum/lambdas/erasure"
	"fulcrum/lambdas/event"
	"fulcrum/lambdas/guest"
)

type keys struct {
	destroyed []string
	err       error
}

func (k *keys) Subject(_ context.Context, person string) (string, error) {
	if slices.Contains(k.destroyed, person) {
		return "", nil
	}
	return "subject of " + person, k.err
}

// accounts are those that were deleted.
type accounts struct {
	keys    *keys
	deleted []string
	err     error
}

func (a *accounts) Delete(_ context.Context, subject string) error {
	if len(a.keys.destroyed) > 0 {
		return errors.New("nobody knows any more whose account it is")
	}
	if a.err == nil {
		a.deleted = append(a.deleted, subject)
	}
	return a.err
}

// TestTheAccountGoesFirst wants the account to be deleted while the key's table still
// says whose it is, and the key to stay as long as that fails.
func TestTheAccountGoesFirst(t *testing.T) {
	forgotten := event.Event{ID: "1", Type: guest.ForgottenType, Data: json.RawMessage(`{"contract":1,"guestId":"alias-1"}`)}
	k := &keys{}
	a := &accounts{keys: k, err: errors.New("throttled")}
	if err := (erasure.Policy{Keys: k, Accounts: a}).Handle(t.Context(), forgotten); !errors.Is(err, a.err) || len(k.destroyed) > 0 {
		t.Errorf("got %v, destroyed %v", err, k.destroyed)
	}
	a.err = nil
	for range 2 {
		if err := (erasure.Policy{Keys: k, Accounts: a}).Handle(t.Context(), forgotten); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(a.deleted, []string{"subject of alias-1"}) || len(k.destroyed) != 2 {
		t.Errorf("deleted %v, destroyed %v", a.deleted, k.destroyed)
	}
}

func (k *keys) Destroy(_ context.Context, person string) error {
	if k.err == nil {
		k.destroyed = append(k.destroyed, person)
	}
	return k.err
}

func TestHandle(t *testing.T) {
	forgotten := event.Event{ID: "1", Type: guest.ForgottenType, Data: json.RawMessage(`{"contract":1,"guestId":"alias-1"}`)}
	k := &keys{}
	for range 2 { // events come again
		if err := (erasure.Policy{Keys: k}).Handle(t.Context(), forgotten); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(k.destroyed, []string{"alias-1", "alias-1"}) {
		t.Errorf("destroyed %v", k.destroyed)
	}
	k = &keys{err: errors.New("throttled")}
	if err := (erasure.Policy{Keys: k}).Handle(t.Context(), forgotten); !errors.Is(err, k.err) {
		t.Errorf("got %v: a key that is not destroyed must make the event come again", err)
	}
	for name, e := range map[string]event.Event{
		"another event": {Type: "Seat Reserved", Data: forgotten.Data},
		"nobody":        {Type: guest.ForgottenType, Data: json.RawMessage(`{"contract":1}`)},
		"a new shape":   {Type: guest.ForgottenType, Data: json.RawMessage(`{"contract":2,"guestId":"x"}`)},
	} {
		if err := (erasure.Policy{Keys: &keys{}}).Handle(t.Context(), e); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
