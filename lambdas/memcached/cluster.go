package memcached

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fulcrum/lambdas/ring"
)

// call runs a call on the node that owns key, and looks after the cluster when it
// is time.
func (c *Client) call(ctx context.Context, key string, f func(*connection) error) error {
	if c.closed.Load() {
		return ErrClosed
	}
	c.maintain()
	n := c.owner(key)
	if n == nil {
		return ErrNoNodes
	}
	err := n.call(ctx, f)
	if errors.Is(err, ErrClosed) && !c.closed.Load() { // it left meanwhile
		if n = c.owner(key); n == nil {
			return ErrNoNodes
		}
		err = n.call(ctx, f)
	}
	var no refusal
	switch {
	case err == nil, errors.Is(err, ErrMiss):
		n.note(nil)
		return err
	case errors.As(err, &no):
		n.note(nil)
		return fmt.Errorf("%s: %w", n.address, err)
	case errors.Is(err, ErrClosed), errors.Is(ctx.Err(), context.Canceled):
		return err // says nothing about the node
	}
	if n.note(err) {
		c.refresh()
	}
	return fmt.Errorf("%s: %w", n.address, err)
}

// owner returns the node that owns a key, nil if there is none.
func (c *Client) owner(key string) *node {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[c.cluster.Owner(key)]
}

// refresh places keys on the nodes that are in.
func (c *Client) refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var in []ring.Node
	waiting := false
	for address, n := range c.nodes {
		n.mu.Lock()
		out := !n.ejected.IsZero()
		n.mu.Unlock()
		if out {
			waiting = true
			continue
		}
		in = append(in, ring.Node{Name: address})
	}
	// The same algorithm placed these nodes, or more, before.
	if err := c.cluster.Replace(in...); err != nil {
		panic("memcached: " + err.Error())
	}
	if waiting {
		c.soon(c.config.RejoinAfter)
	}
}

// become makes the addresses the whole cluster. Nodes that stay keep their
// connections and their state.
func (c *Client) become(addresses []string) error {
	nodes := make([]ring.Node, len(addresses))
	for i, a := range addresses {
		nodes[i].Name = a
	}
	// Checks the addresses before anything changes.
	if _, err := ring.New(c.config.Placement, nodes...); err != nil {
		return err
	}
	c.mu.Lock()
	next := make(map[string]*node, len(addresses))
	for _, a := range addresses {
		if next[a] = c.nodes[a]; next[a] == nil {
			next[a] = newNode(a, &c.config)
		}
	}
	for a, n := range c.nodes {
		if next[a] == nil {
			n.close()
		}
	}
	c.nodes = next
	c.mu.Unlock()
	c.refresh()
	if c.config.Endpoint != "" {
		c.soon(c.config.Refresh)
	}
	return nil
}

// soon brings the next look after the cluster forward, if need be.
func (c *Client) soon(in time.Duration) {
	at := time.Now().Add(in).UnixNano()
	for {
		old := c.next.Load()
		if old != 0 && old <= at {
			return
		}
		if c.next.CompareAndSwap(old, at) {
			return
		}
	}
}

// maintain tries ejected nodes and asks the endpoint again, aside, when it is
// time and nobody does.
func (c *Client) maintain() {
	at := c.next.Load()
	if at == 0 || time.Now().UnixNano() < at || !c.busy.CompareAndSwap(false, true) {
		return
	}
	c.next.Store(0)
	go func() {
		defer c.busy.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), 2*(c.config.DialTimeout+c.config.Timeout))
		defer cancel()
		if c.config.Endpoint != "" {
			// A failed discovery keeps the nodes that are known.
			if addresses, err := c.discover(ctx); err == nil {
				_ = c.become(addresses)
			}
			c.soon(c.config.Refresh)
		}
		c.rejoin(ctx)
	}()
}

// rejoin takes back the ejected nodes that answer.
func (c *Client) rejoin(ctx context.Context) {
	c.mu.Lock()
	var out []*node
	for _, n := range c.nodes {
		n.mu.Lock()
		if !n.ejected.IsZero() {
			out = append(out, n)
		}
		n.mu.Unlock()
	}
	c.mu.Unlock()
	for _, n := range out {
		if err := n.call(ctx, (*connection).version); err != nil {
			continue
		}
		n.mu.Lock()
		n.ejected, n.failures = time.Time{}, 0
		n.mu.Unlock()
	}
	if len(out) > 0 {
		c.refresh()
	}
}
