// Package memcached is a client of a cluster of Memcached nodes whose keys are
// placed by package ring, so that the choice of placement, consistent or modulo,
// is one setting.
//
// A node that fails several times in a row is ejected: its keys go to the nodes
// that stay, as the placement says, until it answers again and rejoins. A node
// that was cut off, not restarted, comes back with what it held before; give
// values a time to live that you can bear as staleness.
//
// The client speaks Memcached's text protocol, with TLS if asked, and finds the
// nodes of an ElastiCache cluster by its configuration endpoint. It keeps no
// goroutine of its own between calls, so that a frozen Lambda environment wakes up
// well.
package memcached

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"fulcrum/lambdas/ring"
)

// Config says which nodes there are and how to call them.
type Config struct {
	// Nodes are the nodes' addresses, "host:port".
	// Required unless Endpoint is given.
	Nodes []string
	// Endpoint is an ElastiCache configuration endpoint, "host:port", which knows
	// the nodes. Default: Nodes are all there are.
	Endpoint string
	// Refresh is the time after which the endpoint is asked again.
	// Default: 1 minute.
	Refresh time.Duration
	// Placement places keys on nodes. Default: ring.Ring{}.
	Placement ring.Algorithm
	// TLS encrypts connections. Its ServerName defaults to a node's host.
	// Default: no TLS.
	TLS *tls.Config
	// Timeout bounds one call, DialTimeout a new connection with its handshake.
	// Defaults: 250 ms, 500 ms.
	Timeout, DialTimeout time.Duration
	// Connections is the most connections to a node; calls beyond wait.
	// Default: 16.
	Connections int
	// EjectAfter is the number of failures in a row that eject a node.
	// Default: 3.
	EjectAfter int
	// RejoinAfter is the time after which an ejected node is tried again.
	// Default: 10 s.
	RejoinAfter time.Duration
}

// Errors of a cache. A caller treats all but a miss like a miss, besides counting
// them.
var (
	// ErrMiss says that no node holds the key.
	ErrMiss = errors.New("not in the cache")
	// ErrNoNodes says that every node is ejected.
	ErrNoNodes = errors.New("no cache node answers")
	// ErrClosed says that the client is closed.
	ErrClosed = errors.New("the cache client is closed")
)

// Client calls a cluster. It is safe for concurrent use.
type Client struct {
	config  Config
	cluster *ring.Cluster
	mu      sync.Mutex // guards nodes and changes of cluster
	nodes   map[string]*node
	// next is when there is something to look after, in nanoseconds since 1970.
	next   atomic.Int64
	busy   atomic.Bool
	closed atomic.Bool
}

// New returns a client of a cluster. With an endpoint it asks for the nodes at
// once. Nodes are connected to when they are first called.
func New(ctx context.Context, config Config) (*Client, error) {
	if err := config.fill(); err != nil {
		return nil, err
	}
	c := &Client{config: config, nodes: map[string]*node{}}
	var err error
	if c.cluster, err = ring.New(config.Placement); err != nil {
		return nil, err
	}
	addresses := config.Nodes
	if config.Endpoint != "" {
		if addresses, err = c.discover(ctx); err != nil {
			return nil, err
		}
	}
	return c, c.become(addresses)
}

// fill checks a configuration, reporting every problem, and sets its defaults.
func (c *Config) fill() error {
	var problems []error
	if (len(c.Nodes) == 0) == (c.Endpoint == "") {
		problems = append(problems, errors.New("want the addresses of nodes or a configuration endpoint, one of the two"))
	}
	for _, a := range append(append([]string(nil), c.Nodes...), c.Endpoint) {
		if _, _, err := net.SplitHostPort(a); a != "" && err != nil {
			problems = append(problems, fmt.Errorf("address %q: want host:port", a))
		}
	}
	for name, d := range map[string]*time.Duration{"refresh": &c.Refresh, "timeout": &c.Timeout, "dial timeout": &c.DialTimeout, "rejoin after": &c.RejoinAfter} {
		if *d < 0 {
			problems = append(problems, fmt.Errorf("%s %v: want a time above 0", name, *d))
		}
	}
	if c.Connections < 0 || c.EjectAfter < 0 {
		problems = append(problems, fmt.Errorf("connections %d, eject after %d: want numbers above 0", c.Connections, c.EjectAfter))
	}
	c.Refresh = or(c.Refresh, time.Minute)
	c.Timeout = or(c.Timeout, 250*time.Millisecond)
	c.DialTimeout = or(c.DialTimeout, 500*time.Millisecond)
	c.RejoinAfter = or(c.RejoinAfter, 10*time.Second)
	c.Connections = or(c.Connections, 16)
	c.EjectAfter = or(c.EjectAfter, 3)
	if c.Placement == nil {
		c.Placement = ring.Ring{}
	}
	return errors.Join(problems...)
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Get returns the value of a key, or ErrMiss.
func (c *Client) Get(ctx context.Context, key string) ([]byte, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	var value []byte
	err := c.call(ctx, key, func(conn *connection) (err error) {
		value, err = conn.get(key)
		return err
	})
	return value, err
}

// Set keeps a value under a key for a time to live, rounded up to a second; 0 for
// as long as there is room.
func (c *Client) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if ttl < 0 {
		return fmt.Errorf("time to live %v of %q: want 0 or more", ttl, key)
	}
	return c.call(ctx, key, func(conn *connection) error { return conn.set(key, value, ttl) })
}

// Delete removes a key. A key that is not there is no error.
func (c *Client) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return c.call(ctx, key, func(conn *connection) error { return conn.delete(key) })
}

// Owner returns the address of the node that has a key at present, "" if there is
// none.
func (c *Client) Owner(key string) string { return c.cluster.Owner(key) }

// Nodes returns the addresses of the nodes that are not ejected, in order.
func (c *Client) Nodes() []string {
	var out []string
	for _, n := range c.cluster.Nodes() {
		out = append(out, n.Name)
	}
	return out
}

// Close closes all connections. Calls under way fail.
func (c *Client) Close() error {
	c.closed.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.nodes {
		n.close()
	}
	return nil
}

// checkKey reports what Memcached's protocol does not allow in a key.
func checkKey(key string) error {
	if len(key) == 0 || len(key) > 250 {
		return fmt.Errorf("cache key of %d bytes: want 1 to 250", len(key))
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] == 0x7f {
			return fmt.Errorf("cache key %q has a space or a control character at byte %d: want none", key, i)
		}
	}
	return nil
}
