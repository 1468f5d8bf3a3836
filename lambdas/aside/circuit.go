package aside

import (
	"sync"
	"time"
)

// circuit counts failures in a row. Its zero value is closed: calls go through.
type circuit struct {
	mu       sync.Mutex
	failures int
	// until is when an open circuit lets one call through; zero for closed.
	until time.Time
}

// closed reports whether a call may go through. Of an open circuit whose rest is
// over, it lets one through, and the next one after as long again.
func (c *circuit) closed(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until.IsZero() {
		return true
	}
	if now.Before(c.until) {
		return false
	}
	c.until = now.Add(trial)
	return true
}

// trial is how long the one call that is let through keeps others out.
const trial = time.Second

// success closes the circuit; it reports whether it was open.
func (c *circuit) success() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := !c.until.IsZero()
	c.failures, c.until = 0, time.Time{}
	return was
}

// failure counts one, and reports whether it opened the circuit.
func (c *circuit) failure(now time.Time, most int, rest time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures++
	if c.failures < most {
		return false
	}
	opened := c.until.IsZero()
	c.until = now.Add(rest)
	return opened
}
