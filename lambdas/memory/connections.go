package memory

import (
	"context"
	"sync"
	"time"

	"fulcrum/lambdas/realtime"
)

// Connections keeps who is connected to this process. It is safe for concurrent use.
type Connections struct {
	// Now returns the present time.
	Now func() time.Time

	mu   sync.Mutex
	open map[string]realtime.Connection // by id
}

var _ realtime.Connections = (*Connections)(nil)

// Open implements realtime.Connections.
func (c *Connections) Open(_ context.Context, connection realtime.Connection) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[string]realtime.Connection{}
	}
	c.open[connection.ID] = connection
	return nil
}

// Close implements realtime.Connections.
func (c *Connections) Close(_ context.Context, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, id)
	return nil
}

// Of implements realtime.Connections.
func (c *Connections) Of(_ context.Context, personID string) ([]realtime.Connection, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var of []realtime.Connection
	for _, connection := range c.open {
		if connection.PersonID == personID && connection.ExpiresAt.After(c.Now()) {
			of = append(of, connection)
		}
	}
	return of, nil
}
