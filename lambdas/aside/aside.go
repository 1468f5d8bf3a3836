// Package aside answers reads from a cache and, on a miss, from the store, whose
// answer it then caches: cache-aside.
//
// # Staleness
//
// An answer is at most TTL old, also where the cache keeps it longer: each entry
// says when it was loaded. Whoever changes what an entry shows drops it; a reader
// that loaded before the change and stores after it can bring the old answer back,
// for TTL at the longest.
//
// # Stampedes
//
// Readers of one process that miss the same key at the same time wait for one of
// them. Over all processes, an entry is loaded again before it ends by a reader who
// draws so, sooner the longer loading takes, so that a hot entry seldom ends under
// everybody ("XFetch": Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic
// Cache Stampede Prevention", VLDB 2015).
//
// # A cache that is down
//
// A call of the cache may take Timeout. After Failures in a row the cache is left
// alone for Rest; then one reader tries it. Meanwhile reads go to the store, and
// readers of one key still wait for one of them.
package aside

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/singleflight"
)

// Cache keeps values. Both clients, of packages valkey and memcached, are one.
type Cache interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Delete(ctx context.Context, key string) error
}

// Reads answers from a cache. It is safe for concurrent use.
type Reads struct {
	Cache Cache
	// Miss is the error by which Cache says that it does not hold a key.
	Miss error
	// TTL bounds how old an answer is.
	TTL time.Duration
	// Timeout bounds a call of the cache. Failures in a row make it be left alone
	// for Rest.
	Timeout  time.Duration
	Failures int
	Rest     time.Duration
	// Now returns the present time; Draw a number from 0 up to 1, which is math/rand's
	// but for tests.
	Now  func() time.Time
	Draw func() float64

	group   singleflight.Group
	circuit circuit
}

// entry is what the cache holds.
type entry struct {
	LoadedAt time.Time       `json:"at"`
	Took     time.Duration   `json:"took"`
	Value    json.RawMessage `json:"value"`
}

// eagerness is XFetch's β: at 1 the expected number of early loads is about one.
const eagerness = 1

// expiring reports whether a reader who draws u should load the entry again.
func (e entry) expiring(now time.Time, ttl time.Duration, u float64) bool {
	ahead := -eagerness * float64(e.Took) * math.Log(u)
	return !now.Add(time.Duration(min(ahead, float64(ttl)))).Before(e.LoadedAt.Add(ttl))
}

// Get returns the value of a key from the cache of r, or what load returns, which is
// then cached. An error of load is returned as it is and never cached.
func Get[T any](ctx context.Context, r *Reads, key string, load func(context.Context) (T, error)) (T, error) {
	value, state := fetch[T](ctx, r, key)
	if state == fresh {
		return value, nil
	}
	// The load of one serves all who wait, so it must not end with the first one's
	// request; it is bounded by the store's own timeouts.
	result := r.group.DoChan(key, func() (any, error) {
		ctx := context.WithoutCancel(ctx)
		if state == missing { // whoever comes when another's load is just over finds its answer
			if value, state := fetch[T](ctx, r, key); state == fresh {
				return value, nil
			}
		}
		return fill(ctx, r, key, load)
	})
	select {
	case got := <-result:
		value, _ := got.Val.(T)
		return value, got.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// state is what the cache has of a key.
type state int

const (
	missing  state = iota // nothing, or nothing that can be read
	expiring              // an entry that this reader should load again
	fresh
)

// fetch returns a key's value and what the cache has of it.
func fetch[T any](ctx context.Context, r *Reads, key string) (T, state) {
	var (
		value, none T
		e           entry
		raw         []byte
	)
	err := r.call(ctx, func(ctx context.Context) (err error) {
		raw, err = r.Cache.Get(ctx, key)
		return err
	})
	switch {
	case err != nil:
		return none, missing
	case json.Unmarshal(raw, &e) != nil, json.Unmarshal(e.Value, &value) != nil:
		slog.WarnContext(ctx, "cached value unreadable", "key", key)
		return none, missing
	case e.expiring(r.Now(), r.TTL, 1-r.Draw()):
		return none, expiring
	}
	return value, fresh
}

func fill[T any](ctx context.Context, r *Reads, key string, load func(context.Context) (T, error)) (T, error) {
	start := r.Now()
	value, err := load(ctx)
	if err != nil {
		return value, err
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return value, err
	}
	e, err := json.Marshal(entry{LoadedAt: start, Took: r.Now().Sub(start), Value: raw})
	if err != nil {
		return value, err
	}
	_ = r.call(ctx, func(ctx context.Context) error { return r.Cache.Set(ctx, key, e, r.TTL) }) // the next one loads
	return value, nil
}

// Drop removes a key from the cache. A cache that is down keeps the entry, which
// then shows what it showed for TTL at the longest.
func (r *Reads) Drop(ctx context.Context, key string) {
	r.group.Forget(key) // a load that began before must not answer who comes now
	_ = r.call(context.WithoutCancel(ctx), func(ctx context.Context) error { return r.Cache.Delete(ctx, key) })
}

// errLeftAlone says that the cache was not asked.
var errLeftAlone = errors.New("the cache is left alone after failures")

// call calls the cache, if it is not left alone.
func (r *Reads) call(ctx context.Context, do func(context.Context) error) error {
	if !r.circuit.closed(r.Now()) {
		return errLeftAlone
	}
	bounded, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	err := do(bounded)
	switch {
	case err == nil || errors.Is(err, r.Miss):
		if r.circuit.success() {
			slog.InfoContext(ctx, "cache answers again")
		}
	case ctx.Err() != nil: // the caller gave up, not the cache
	case r.circuit.failure(r.Now(), r.Failures, r.Rest):
		slog.WarnContext(ctx, "cache left alone", "for", r.Rest.String(), "error", err)
	}
	return err
}

// Random is the Draw of every process but a test.
func Random() float64 { return rand.Float64() } //nolint:gosec // spreads load, keeps no secret
