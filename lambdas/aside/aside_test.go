package aside_test

import (
	"context"
	"crypto/tls"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/valkey"
	"fulcrum/lambdas/valkey/redistest"
)

// fixture reads over a real server, with a clock of its own: what an entry's age is
// depends on it, what the server keeps does not.
type fixture struct {
	server *redistest.Server
	clock  atomic.Int64
	loads  atomic.Int64
}

func (f *fixture) now() time.Time          { return time.Unix(0, f.clock.Load()) }
func (f *fixture) advance(d time.Duration) { f.clock.Add(int64(d)) }

// process returns the reads of one process, which draws u.
func (f *fixture) process(t *testing.T, u float64) *aside.Reads {
	t.Helper()
	client, err := valkey.New(valkey.Config{
		Address: f.server.Address, TLS: &tls.Config{RootCAs: f.server.Authorities, MinVersion: tls.VersionTLS12},
		Credentials: func(context.Context) (string, string, error) { return redistest.User, redistest.Password, nil },
		Timeout:     5 * time.Second, DialTimeout: 5 * time.Second, // the machine may be busy
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &aside.Reads{
		Cache: client, Miss: valkey.ErrMiss, TTL: 30 * time.Second, Timeout: 10 * time.Second,
		Failures: 3, Rest: 5 * time.Second, Now: f.now, Draw: func() float64 { return u },
	}
}

func (f *fixture) load(took time.Duration) func(context.Context) (int64, error) {
	return func(context.Context) (int64, error) {
		f.advance(took)
		return f.loads.Add(1), nil
	}
}

func get(t *testing.T, r *aside.Reads, key string, load func(context.Context) (int64, error)) int64 {
	t.Helper()
	v, err := aside.Get(t.Context(), r, key, load)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestReads(t *testing.T) {
	f := &fixture{server: redistest.Start(t)}
	f.clock.Store(time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	t.Run("all processes share what one loaded, for the time to live", f.shared)
	t.Run("one reader loads early", f.early)
	t.Run("who misses together loads once", f.stampede)
	t.Run("a change drops", f.drops)
	t.Run("an error is not cached", f.errors)
	t.Run("a cache that is down costs nothing but misses", f.down)
}

func (f *fixture) shared(t *testing.T) {
	one, two := f.process(t, 0), f.process(t, 0)
	first := get(t, one, "dinner:shared", f.load(0))
	if got := get(t, two, "dinner:shared", f.load(0)); got != first {
		t.Errorf("another process got %d, want what the first one loaded, %d", got, first)
	}
	f.advance(30*time.Second - 1)
	if got := get(t, two, "dinner:shared", f.load(0)); got != first {
		t.Error("loaded again within the time to live")
	}
	f.advance(1)
	if got := get(t, one, "dinner:shared", f.load(0)); got == first {
		t.Error("an answer is as old as the time to live: the bound does not hold")
	}
}

// early shows that loading again is drawn, sooner the longer a load takes.
func (f *fixture) early(t *testing.T) {
	usual, eager := f.process(t, 0.5), f.process(t, 1-1e-9)
	first := get(t, usual, "dinner:early", f.load(time.Second))
	f.advance(20 * time.Second)
	if got := get(t, usual, "dinner:early", f.load(time.Second)); got != first {
		t.Error("an entry with a third of its life left is loaded again")
	}
	if got := get(t, eager, "dinner:early", f.load(time.Second)); got == first {
		t.Error("nobody loads early")
	}
}

func (f *fixture) stampede(t *testing.T) {
	r := f.process(t, 0)
	before := f.loads.Load()
	begin, arrived := make(chan struct{}), make(chan struct{}, 64)
	slow := func(context.Context) (int64, error) {
		<-begin
		return f.loads.Add(1), nil
	}
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			arrived <- struct{}{}
			if _, err := aside.Get(t.Context(), r, "dinner:stampede", slow); err != nil {
				t.Error(err)
			}
		})
	}
	for range 64 {
		<-arrived
	}
	close(begin)
	all.Wait()
	// A reader may come when the first load is over, and finds it cached.
	if loads := f.loads.Load() - before; loads != 1 {
		t.Errorf("64 readers loaded %d times", loads)
	}
}

func (f *fixture) drops(t *testing.T) {
	one, two := f.process(t, 0), f.process(t, 0)
	first := get(t, one, "dinner:drops", f.load(0))
	two.Drop(t.Context(), "dinner:drops")
	if got := get(t, one, "dinner:drops", f.load(0)); got == first {
		t.Error("what was dropped is still shown")
	}
}

func (f *fixture) errors(t *testing.T) {
	r := f.process(t, 0)
	sentinel := errors.New("not there")
	if _, err := aside.Get(t.Context(), r, "dinner:errors", func(context.Context) (int64, error) { return 0, sentinel }); !errors.Is(err, sentinel) {
		t.Errorf("got %v", err)
	}
	before := f.loads.Load()
	if got := get(t, r, "dinner:errors", f.load(0)); got != before+1 {
		t.Error("an error was cached")
	}
}

// down stops the server: reads go on, the cache is soon left alone, and used again
// when it is back.
func (f *fixture) down(t *testing.T) {
	r := f.process(t, 0)
	r.Timeout = 200 * time.Millisecond
	counted := &counting{Cache: r.Cache}
	r.Cache = counted
	f.server.Stop()
	for range 10 {
		get(t, r, "dinner:down", f.load(0))
	}
	if calls := counted.calls.Load(); calls > 2*int64(r.Failures) {
		t.Errorf("a cache that is down was called %d times in 10 reads", calls)
	}
	f.server.Run(t)
	r.Timeout = 10 * time.Second
	for end := time.Now().Add(30 * time.Second); ; {
		f.advance(r.Rest)
		first := get(t, r, "dinner:down", f.load(0))
		if get(t, r, "dinner:down", f.load(0)) == first {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the cache is back and not used")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

type counting struct {
	aside.Cache
	calls atomic.Int64
}

func (c *counting) Get(ctx context.Context, key string) ([]byte, error) {
	c.calls.Add(1)
	return c.Cache.Get(ctx, key)
}

func (c *counting) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	c.calls.Add(1)
	return c.Cache.Set(ctx, key, value, ttl)
}
