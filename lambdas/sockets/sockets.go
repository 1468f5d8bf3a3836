// Package sockets holds the WebSockets of one server, and tells their clients what
// the server is sent for them: a plain server behind a load balancer. Choose an API
// Gateway WebSocket API, and package realtime's function behind it, where no server
// is to be kept for connections.
//
// # Who is told
//
// A connection is written to realtime.Connections with the server's address, so
// that whoever has a notice sends it to the one server that can deliver it: see
// realtime.Direct. Inner is where they are received.
//
// # Bounds
//
// A server takes so many connections and refuses more. A message is written to its
// client while its sender waits, and none is kept: a client that does not read is
// dropped when the write takes too long, and reads its inbox when it is back.
package sockets

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"fulcrum/lambdas/realtime"
)

// Config is what a Hub works with. Every field is required, except that no Origins
// means that no other origin's pages may connect.
type Config struct {
	Connections realtime.Connections
	// Leases and Self, this server as others reach it, are for those who send from
	// elsewhere; none where nobody does.
	Leases realtime.Leases
	Self   realtime.Server
	// Origins are those whose pages may connect, "https://dinner.example"; pages of
	// the address that is called may too.
	Origins []string
	// Limit is how many connections are held at once.
	Limit int
	// Ping is how often a client is asked whether it is there: more often than
	// whatever stands between gives up a silent connection.
	Ping time.Duration
	// Spread is over how long connections are closed when the server ends, so that
	// not all clients connect again at once. Default: at once.
	Spread time.Duration
	Now    func() time.Time
	// NewID names a connection: whoever knows the name can send over it, so that
	// nobody must be able to guess it.
	NewID func() string
}

// Times that nobody sets.
const (
	// writeTimeout is what a client has to take a message.
	writeTimeout = 2 * time.Second
	// storeTimeout is what forgetting a connection may take.
	storeTimeout = 5 * time.Second
	// renewal is how often a lease is renewed, and lease how long one lasts: two may
	// fail.
	renewal = 30 * time.Second
	lease   = 100 * time.Second
)

// Bounds of what clients send, who have nothing to say but Ping.
const (
	maxFromClient = 256 // bytes
	// maxChatter is how many messages a client may send between two pings of the
	// server.
	maxChatter = 20
)

// Hub holds connections. It is the realtime.Door to those that it holds.
type Hub struct {
	Config

	mu      sync.Mutex
	open    map[string]*socket
	leaving bool
	held    sync.WaitGroup
}

var _ realtime.Door = (*Hub)(nil)

// socket is one connection. conn is set when ready is closed.
type socket struct {
	id    string
	ready chan struct{}
	conn  *websocket.Conn
}

// New returns a hub without connections.
func New(c Config) *Hub { return &Hub{Config: c, open: map[string]*socket{}} }

// Open makes the connection of a request a WebSocket of a person's. It returns
// realtime.ErrNoUpgrade, ErrOrigin or ErrFull, or why the connection cannot be kept,
// for its caller to answer; after that it has answered by itself.
func (h *Hub) Open(w http.ResponseWriter, r *http.Request, personID string) error {
	_, speaks := realtime.Token(r.Header.Get("Sec-WebSocket-Protocol"))
	switch {
	case !asks(r.Header, "Connection", "upgrade") || !asks(r.Header, "Upgrade", "websocket") || !speaks:
		return realtime.ErrNoUpgrade
	case !h.lets(r):
		return realtime.ErrOrigin
	}
	s, err := h.reserve()
	if err != nil {
		return err
	}
	// It can be found before the client knows that it is connected, so that from then
	// on the client misses nothing.
	expires := h.Now().Add(realtime.Lifetime)
	err = h.Connections.Open(r.Context(), realtime.Connection{ID: s.id, PersonID: personID, ExpiresAt: expires, Server: h.Self})
	if err != nil {
		h.drop(s)
		return err
	}
	s.conn, err = websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{realtime.Protocol}, OriginPatterns: h.Origins,
	})
	if err != nil {
		slog.InfoContext(r.Context(), "handshake failed", "error", err)
		h.drop(s)
		h.forget(s)
		return nil
	}
	close(s.ready)
	go h.hold(s, expires)
	return nil
}

// asks reports whether a header that is a list has a word.
func asks(header http.Header, name, word string) bool {
	for _, value := range header.Values(name) {
		for part := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(part), word) {
				return true
			}
		}
	}
	return false
}

// lets reports whether the page that asks, if it is a page, may connect: browsers
// ask nobody before they connect to another origin, and send its cookies along.
func (h *Hub) lets(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || slices.Contains(h.Origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// reserve makes room for a connection.
func (h *Hub) reserve() (*socket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.leaving || len(h.open) >= h.Limit {
		return nil, realtime.ErrFull
	}
	s := &socket{id: h.NewID(), ready: make(chan struct{})}
	h.open[s.id] = s
	h.held.Add(1)
	return s, nil
}

// drop gives the room of a connection back.
func (h *Hub) drop(s *socket) {
	h.mu.Lock()
	delete(h.open, s.id)
	h.mu.Unlock()
	h.held.Done()
}

// forget removes what is kept of a connection. What it cannot remove expires, or is
// found to be gone at the next message.
func (h *Hub) forget(s *socket) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	if err := h.Connections.Close(ctx, s.id); err != nil {
		slog.WarnContext(ctx, "connection not removed", "error", err)
	}
}

// Send sends a message over a connection; realtime.ErrGone if it is not held here or
// its client does not take it.
func (h *Hub) Send(ctx context.Context, c realtime.Connection, message []byte) error {
	if err := realtime.Fits(message); err != nil {
		return err
	}
	h.mu.Lock()
	s := h.open[c.ID]
	h.mu.Unlock()
	if s == nil {
		return realtime.ErrGone
	}
	// A write that is given up ends the connection, so that a sender who goes away
	// must not be a reason to.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	select {
	case <-s.ready:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.conn.Write(ctx, websocket.MessageText, message); err != nil {
		_ = s.conn.CloseNow() // what hold waits for
		return realtime.ErrGone
	}
	return nil
}

// Len returns how many connections are held.
func (h *Hub) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.open)
}
