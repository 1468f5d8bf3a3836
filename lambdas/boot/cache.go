package boot

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"fulcrum/lambdas/aside"
	"fulcrum/lambdas/memcached"
	"fulcrum/lambdas/ring"
	"fulcrum/lambdas/valkey"
)

// caching is what the environment says about the cache.
type caching struct {
	// endpoint, user and name are those of a cache for Valkey.
	endpoint, user, name string
	// nodes is the configuration endpoint of Memcached nodes, and placement how keys
	// are placed on them.
	nodes     string
	placement ring.Algorithm
	// age bounds how old an answer from the cache is, edge how long caches between
	// client and door may keep one; 0 for not at all.
	age, edge time.Duration
}

// placements are the values of CACHE_PLACEMENT.
var placements = map[string]ring.Algorithm{"consistent-hash": ring.Ring{}, "modulo": ring.Modulo{}}

// Bounds of a call of the cache. It answers in about a millisecond; where it does
// not, the store is asked instead.
const (
	cacheTimeout  = 100 * time.Millisecond
	cacheFailures = 5
	cacheRest     = 5 * time.Second
	defaultAge    = 30 // seconds
)

// readCaching returns what the environment says about the cache; every problem is
// in the error.
func readCaching(positive func(name string, fallback int) time.Duration) (caching, error) {
	var problems []error
	c := caching{
		endpoint: os.Getenv("CACHE_ENDPOINT"), user: os.Getenv("CACHE_USER"), name: os.Getenv("CACHE_NAME"),
		nodes: os.Getenv("CACHE_NODES"),
		age:   positive("CACHE_SECONDS", defaultAge) * time.Second,
		edge:  positive("EDGE_SECONDS", 0) * time.Second,
	}
	if c.endpoint != "" && (c.user == "" || c.name == "") {
		problems = append(problems, errors.New("CACHE_ENDPOINT is set, and CACHE_USER or CACHE_NAME is not"))
	}
	if c.endpoint != "" && c.nodes != "" {
		problems = append(problems, errors.New("CACHE_ENDPOINT and CACHE_NODES are both set, want one cache"))
	}
	if c.nodes != "" {
		placement := os.Getenv("CACHE_PLACEMENT")
		var ok bool
		if c.placement, ok = placements[placement]; !ok {
			problems = append(problems, fmt.Errorf("CACHE_PLACEMENT is %q, want consistent-hash or modulo", placement))
		}
	}
	return c, errors.Join(problems...)
}

// reads returns the cache that the environment names, nil if it names none. secret
// returns the key that values are encrypted under where the cache cannot do it.
func (c caching) reads(config aws.Config, secret func(context.Context) ([]byte, error)) (*aside.Reads, error) {
	r := &aside.Reads{
		TTL: c.age, Timeout: cacheTimeout, Failures: cacheFailures, Rest: cacheRest, Now: time.Now, Draw: aside.Random,
	}
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	switch {
	case c.endpoint != "":
		client, err := valkey.New(valkey.Config{
			Address: c.endpoint, TLS: secure, Timeout: cacheTimeout,
			Credentials: valkey.Token(config, c.name, c.user, time.Now),
		})
		if err != nil {
			return nil, err
		}
		r.Cache, r.Miss = client, valkey.ErrMiss
	case c.nodes != "":
		nodes := &lazily{config: memcached.Config{Endpoint: c.nodes, Placement: c.placement, TLS: secure, Timeout: cacheTimeout}}
		r.Cache, r.Miss = aside.Sealed{Cache: nodes, Miss: memcached.ErrMiss, Key: secret}, memcached.ErrMiss
	default:
		return nil, nil //nolint:nilnil // no cache is no error
	}
	return r, nil
}

// lazily is a client of Memcached nodes that looks for them when it is first
// called, so that a program also starts while they are down.
type lazily struct {
	config memcached.Config

	mu     sync.Mutex
	client *memcached.Client
}

func (l *lazily) open(ctx context.Context) (*memcached.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		client, err := memcached.New(ctx, l.config)
		if err != nil {
			return nil, err
		}
		l.client = client
	}
	return l.client, nil
}

// Get implements aside.Cache.
func (l *lazily) Get(ctx context.Context, key string) ([]byte, error) {
	c, err := l.open(ctx)
	if err != nil {
		return nil, err
	}
	return c.Get(ctx, key)
}

// Set implements aside.Cache.
func (l *lazily) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	c, err := l.open(ctx)
	if err != nil {
		return err
	}
	return c.Set(ctx, key, value, ttl)
}

// Delete implements aside.Cache.
func (l *lazily) Delete(ctx context.Context, key string) error {
	c, err := l.open(ctx)
	if err != nil {
		return err
	}
	return c.Delete(ctx, key)
}
