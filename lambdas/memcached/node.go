package memcached

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// node is one Memcached process and the connections to it.
type node struct {
	address string
	config  *Config
	// slots holds a place for each connection that may be open.
	slots chan struct{}

	mu       sync.Mutex
	idle     []*connection
	closed   bool
	failures int
	// ejected is when the node was taken out; zero while it is in.
	ejected time.Time
}

func newNode(address string, config *Config) *node {
	return &node{address: address, config: config, slots: make(chan struct{}, config.Connections)}
}

// call runs a call on a connection. If an idle connection turns out to be dead,
// the call is repeated on a new one: all calls may be.
func (n *node) call(ctx context.Context, f func(*connection) error) error {
	select {
	case n.slots <- struct{}{}:
		defer func() { <-n.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		conn, err := n.connect(ctx)
		if err != nil {
			return err
		}
		err = conn.within(ctx, n.config.Timeout, f)
		var no refusal
		if err == nil || errors.Is(err, ErrMiss) || errors.As(err, &no) {
			conn.used = true
			n.keep(conn)
			return err
		}
		_ = conn.Close()
		var late net.Error
		if !conn.used || ctx.Err() != nil || (errors.As(err, &late) && late.Timeout()) {
			return err
		}
	}
}

// connect returns an idle connection or a new one.
func (n *node) connect(ctx context.Context) (*connection, error) {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil, ErrClosed
	}
	if last := len(n.idle) - 1; last >= 0 {
		conn := n.idle[last]
		n.idle = n.idle[:last]
		n.mu.Unlock()
		return conn, nil
	}
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, n.config.DialTimeout)
	defer cancel()
	dial := (&net.Dialer{}).DialContext
	if n.config.TLS != nil {
		dial = (&tls.Dialer{Config: n.config.TLS}).DialContext
	}
	c, err := dial(ctx, "tcp", n.address)
	if err != nil {
		return nil, err
	}
	return newConnection(c), nil
}

// keep puts a connection aside for the next call.
func (n *node) keep(conn *connection) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		_ = conn.Close()
		return
	}
	n.idle = append(n.idle, conn)
}

// close closes idle connections and refuses new ones. Calls under way end by
// their own.
func (n *node) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	n.drop()
}

// drop closes idle connections. The caller holds mu.
func (n *node) drop() {
	for _, c := range n.idle {
		_ = c.Close()
	}
	n.idle = nil
}

// note counts a failure or forgets them, and reports whether the node must be
// ejected now.
func (n *node) note(err error) (eject bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		n.failures = 0
		return false
	}
	n.failures++
	if n.failures < n.config.EjectAfter || !n.ejected.IsZero() {
		return false
	}
	n.ejected = time.Now()
	n.drop()
	return true
}
