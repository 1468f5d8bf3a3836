package queued

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"fulcrum/lambdas/event"
)

// Queue takes commands.
type Queue interface {
	// Send puts a command behind those of the same dinner. A command that was sent
	// within the last minutes is dropped.
	Send(ctx context.Context, c Command) error
}

// Door takes commands in.
type Door struct {
	Queue    Queue
	Outcomes Outcomes
	// Key returns a key of the system's own, 32 bytes, that ids are made with. Without
	// it, an id would be a digest of what somebody sent, as good as what was sent to
	// whom can guess it.
	Key func(context.Context) ([]byte, error)
	// NewID names calls that have no key of their own.
	NewID func() string
	// Keep is how long an outcome can be asked for, counted from when its command was
	// accepted.
	Keep time.Duration
	// Now returns the present time.
	Now func() time.Time
}

// Accept puts a command on the queue and returns it with its id, and with the id of
// the dinner that it will open if it opens one. The same call has the same ids.
func (d Door) Accept(ctx context.Context, c Command) (Command, error) {
	key, err := d.Key(ctx)
	if err != nil {
		return Command{}, err
	}
	if !c.Call.Recorded() {
		c.Call.Key = d.NewID()
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "command:%s:%s", c.Call.ID(), c.Call.Fingerprint) // a hash never fails to write
	digest := mac.Sum(nil)
	c.ID = hex.EncodeToString(digest[:16])
	if c.DinnerID == "" {
		c.DinnerID = ulid.ULID(digest[16:]).String()
	}
	c.AcceptedAt, c.Trace = d.Now().UTC(), event.Trace(ctx)
	return c, d.Queue.Send(ctx, c)
}

// Over reports whether the outcome of a command that was accepted then is no longer
// kept.
func (d Door) Over(acceptedAt time.Time) bool { return d.Now().After(acceptedAt.Add(d.Keep)) }
