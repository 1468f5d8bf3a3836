package aside_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/dinner"
)

var errNotHeld = errors.New("miss")

// fixed is a cache that holds one value, whatever the key.
type fixed struct{ value []byte }

func (f *fixed) Get(context.Context, string) ([]byte, error) { return f.value, nil }
func (f *fixed) Delete(context.Context, string) error        { return nil }
func (f *fixed) Set(_ context.Context, _ string, value []byte, _ time.Duration) error {
	f.value = value
	return nil
}

// FuzzEntry answers reads from a cache that holds whatever it may: the answer is the
// store's, or one that an entry holds and that is not too old. It never fails, and what
// cannot be read is replaced.
func FuzzEntry(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `null`, `{"at":"2030-03-01T12:00:00Z","took":5,"value":{"id":"cached"}}`, `{"at":"2030-03-01T11:59:29Z","took":1,"value":{"id":"old"}}`,
		`{"at":"9999-12-31T23:59:59Z","took":-9223372036854775808,"value":{}}`, `{"at":"2030-03-01T12:00:00Z","took":9223372036854775807,"value":null}`, `{"at":"2030-03-01T12:00:00Z","value":[1]}`,
	} {
		f.Add([]byte(seed))
	}
	now := time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)
	const ttl = 30 * time.Second
	f.Fuzz(func(t *testing.T, raw []byte) {
		cache := &fixed{value: raw}
		reads := &aside.Reads{
			Cache: cache, Miss: errNotHeld, TTL: ttl, Timeout: time.Minute, Failures: 3, Rest: time.Second,
			Now: func() time.Time { return now }, Draw: func() float64 { return 0.5 },
		}
		loaded := false
		got, err := aside.Get(t.Context(), reads, "key", func(context.Context) (dinner.View, error) {
			loaded = true
			return dinner.View{Title: "of the store"}, nil
		})
		if err != nil || loaded != (got.Title == "of the store") && !bytes.Contains(raw, []byte("of the store")) {
			t.Fatalf("%q: got %+v, loaded %v, %v", raw, got, loaded, err)
		}
		if loaded {
			if again, err := aside.Get(t.Context(), reads, "key", func(context.Context) (dinner.View, error) {
				t.Errorf("%q was not replaced", raw)
				return dinner.View{}, nil
			}); err != nil || again.Title != got.Title {
				t.Errorf("after %q: %+v, %v", raw, again, err)
			}
			return
		}
		var e struct {
			At time.Time `json:"at"`
		}
		if err := json.Unmarshal(raw, &e); err != nil || !now.Before(e.At.Add(ttl)) {
			t.Errorf("%q answered %+v", raw, got)
		}
	})
}

// FuzzSealed opens whatever a cache may hold under a key: it is what was kept there, or
// a miss.
func FuzzSealed(f *testing.F) {
	secret := func(context.Context) ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
	cache := &fixed{}
	if err := (aside.Sealed{Cache: cache, Miss: errNotHeld, Key: secret}).Set(f.Context(), "dinner:view:1", []byte("kept"), 0); err != nil {
		f.Fatal(err)
	}
	kept := cache.value
	f.Add(kept, "dinner:view:1")
	f.Add(kept, "dinner:view:2")
	f.Add(kept[:len(kept)-1], "dinner:view:1")
	f.Add([]byte{}, "")
	f.Add([]byte("kept"), "dinner:view:1")
	f.Fuzz(func(t *testing.T, raw []byte, key string) {
		value, err := aside.Sealed{Cache: &fixed{value: raw}, Miss: errNotHeld, Key: secret}.Get(t.Context(), key)
		if err != nil && !errors.Is(err, errNotHeld) {
			t.Errorf("%q: %v", raw, err)
		}
		if err == nil && (key != "dinner:view:1" || string(value) != "kept") || err != nil && bytes.Equal(raw, kept) && key == "dinner:view:1" {
			t.Errorf("%q under %q is %q, %v", raw, key, value, err)
		}
	})
}
