package sockets

import (
	"context"
	"log/slog"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/realtime"
)

// Reasons that clients are told at the end of a connection. Each means that they
// should connect again, after a time of their own choosing.
const (
	reasonLeaving  = "this server ends; connect again"
	reasonLifetime = "the connection has lasted as long as one may; connect again"
)

// hold keeps a connection until it ends, and then forgets it.
func (h *Hub) hold(s *socket, expires time.Time) {
	defer h.drop(s)
	defer h.forget(s)
	ctx, end := context.WithCancel(context.Background())
	defer end()
	defer s.conn.CloseNow() //nolint:errcheck // it is over either way
	over := time.AfterFunc(expires.Sub(h.Now()), func() { _ = s.conn.Close(websocket.StatusGoingAway, reasonLifetime) })
	defer over.Stop()
	chatter := make(chan struct{}, maxChatter)
	go h.ping(ctx, s, chatter)
	s.conn.SetReadLimit(maxFromClient)
	for {
		kind, message, err := s.conn.Read(ctx)
		if err != nil {
			return
		}
		select {
		case chatter <- struct{}{}:
		default:
			_ = s.conn.Close(websocket.StatusPolicyViolation, "too many messages")
			return
		}
		answer := realtime.Pong
		if kind != websocket.MessageText || string(message) != realtime.Ping {
			answer = realtime.OnlyTells
		}
		if h.write(ctx, s, answer) != nil {
			return
		}
	}
}

func (h *Hub) write(ctx context.Context, s *socket, text string) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, []byte(text))
}

// ping asks a client time and again whether it is there, which also keeps whatever
// stands between from giving up the connection, and ends the connection if it does
// not answer. Each time it lets the client send messages again.
func (h *Hub) ping(ctx context.Context, s *socket, chatter <-chan struct{}) {
	tick := time.NewTicker(h.Ping)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for range len(chatter) {
			<-chatter
		}
		answered, cancel := context.WithTimeout(ctx, h.Ping/2)
		err := s.conn.Ping(answered)
		cancel()
		if err != nil {
			_ = s.conn.CloseNow()
			return
		}
	}
}

// Run keeps the lease of this server until ctx is done, and says in the log how many
// connections are held, by which servers are added.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(renewal)
	defer tick.Stop()
	for {
		if err := h.Leases.Renew(ctx, h.Self, h.Now().Add(lease)); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "lease not renewed", "error", err)
		}
		slog.InfoContext(ctx, "connections", "held", h.Len())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Leave takes no more connections, tells the clients of those that are open to
// connect again, over Spread, and waits until they are closed and forgotten. What is
// open when ctx is done is cut. Run must have ended.
func (h *Hub) Leave(ctx context.Context) {
	h.mu.Lock()
	h.leaving = true
	all := make([]*socket, 0, len(h.open))
	for _, s := range h.open {
		all = append(all, s)
	}
	h.mu.Unlock()
	for i, s := range all {
		time.AfterFunc(h.Spread*time.Duration(i)/time.Duration(len(all)), func() {
			select {
			case <-s.ready:
				_ = s.conn.Close(websocket.StatusGoingAway, reasonLeaving)
			case <-ctx.Done(): // its handshake has failed
			}
		})
	}
	closed := make(chan struct{})
	go func() {
		h.held.Wait()
		close(closed)
	}()
	select {
	case <-closed:
	case <-ctx.Done():
		for _, s := range all {
			select {
			case <-s.ready:
				_ = s.conn.CloseNow()
			default:
			}
		}
	}
	if h.Leases == nil {
		return
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	if err := h.Leases.End(last, h.Self); err != nil {
		slog.WarnContext(ctx, "lease not ended", "error", err)
	}
}
