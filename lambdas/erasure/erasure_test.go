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
