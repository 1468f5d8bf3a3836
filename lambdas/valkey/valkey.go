// Package valkey is a client of an ElastiCache Serverless cache for Valkey: over
// TLS, in cluster mode, as a user whom IAM vouches for.
//
// The protocol is spoken by go-redis; this package bounds how long a call may
// take, so that a cache that hangs costs a caller no more than a miss. Choose
// package memcached for nodes whose keys the client places.
package valkey

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrMiss says that the cache does not hold the key.
var ErrMiss = errors.New("not in the cache")

// Config says where the cache is and how to call it.
type Config struct {
	// Address is the cache's endpoint, "host:port". Required.
	Address string
	// Credentials return the user and their password for a new connection; see
	// Token. Default: the cache asks for none.
	Credentials func(ctx context.Context) (user, password string, err error)
	// TLS encrypts connections. Its ServerName defaults to the host of Address.
	// Default: no TLS.
	TLS *tls.Config
	// Timeout bounds one call, DialTimeout a new connection with its handshake.
	// Defaults: 100 ms, 500 ms.
	Timeout, DialTimeout time.Duration
	// Connections is the most connections; calls beyond wait. Default: 16.
	Connections int
}

// lifetime of a connection: the cache ends one after 12 hours unless it is
// authenticated again.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html#auth-iam-limits
const lifetime = 11 * time.Hour

// Client calls a cache. It is safe for concurrent use.
type Client struct{ redis *redis.ClusterClient }

// New returns a client. It connects when it is first called.
func New(config Config) (*Client, error) {
	host, _, err := net.SplitHostPort(config.Address)
	if err != nil {
		return nil, fmt.Errorf("cache address %q: want host:port", config.Address)
	}
	if config.TLS != nil && config.TLS.ServerName == "" {
		config.TLS = config.TLS.Clone()
		config.TLS.ServerName = host
	}
	redis.SetLogger(quiet{})
	timeout, dial := or(config.Timeout, 100*time.Millisecond), or(config.DialTimeout, 500*time.Millisecond)
	return &Client{redis.NewClusterClient(&redis.ClusterOptions{
		Addrs:                      []string{config.Address},
		CredentialsProviderContext: config.Credentials,
		TLSConfig:                  config.TLS,
		DialTimeout:                dial,
		ReadTimeout:                timeout,
		WriteTimeout:               timeout,
		ContextTimeoutEnabled:      true,
		PoolSize:                   or(config.Connections, 16),
		ConnMaxLifetime:            lifetime,
		MaxRedirects:               2,
		// Naming the client and asking for notices are commands that the user of
		// constructs/cache may send and a serverless cache does not know.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})}, nil
}

// quiet passes on what go-redis says as log records; errors come back from calls.
type quiet struct{}

// Printf implements go-redis's logger.
func (quiet) Printf(ctx context.Context, format string, values ...any) {
	slog.DebugContext(ctx, fmt.Sprintf(format, values...))
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
	value, err := c.redis.Get(ctx, key).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, ErrMiss
	}
	return value, err
}

// Set keeps a value under a key for a time to live, in milliseconds at least; 0
// for as long as there is room.
func (c *Client) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return c.redis.Set(ctx, key, value, ttl).Err()
}

// Delete removes a key. A key that is not there is no error.
func (c *Client) Delete(ctx context.Context, key string) error { return c.redis.Del(ctx, key).Err() }

// Close closes all connections. Calls under way fail.
func (c *Client) Close() error { return c.redis.Close() }
