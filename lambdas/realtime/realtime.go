// Package realtime tells people at once what happened to them, over WebSockets: who
// is connected where, and how a notice gets there.
package realtime

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Connection is one open WebSocket.
type Connection struct {
	// ID is the door's name of the connection.
	ID string
	// PersonID is whose token opened it.
	PersonID string
	// ExpiresAt is when the door closes it at the latest.
	ExpiresAt time.Time
	// Server holds it; the zero Server where the door does.
	Server Server
}

// Server is one of several that hold connections.
type Server struct {
	// Address is where the others reach it, "10.0.64.12:8081".
	Address string
	// Pin is the SHA-256 digest of the certificate it has made for itself, in
	// hexadecimal: who has it knows that server from one that was given its address
	// later.
	Pin string
}

// Leases keeps which servers are there: one that ended without a word leaves its
// connections behind.
type Leases interface {
	// Renew says that a server is there until a time.
	Renew(ctx context.Context, s Server, until time.Time) error
	// End says that it is no more.
	End(ctx context.Context, s Server) error
	// Alive reports whether a server is there.
	Alive(ctx context.Context, s Server) (bool, error)
}

// Connections keeps who is connected.
type Connections interface {
	// Open adds a connection.
	Open(ctx context.Context, c Connection) error
	// Close removes a connection, whoever's it was. It does nothing if there is none.
	Close(ctx context.Context, id string) error
	// Of returns a person's connections that have not expired.
	Of(ctx context.Context, personID string) ([]Connection, error)
}

// ErrGone means that a connection is no more: it is to be forgotten.
var ErrGone = errors.New("connection is gone")

// Door sends to connections.
type Door interface {
	// Send sends a message to a connection, ErrGone if it is closed.
	Send(ctx context.Context, c Connection, message []byte) error
}

// Why a server does not take a connection.
var (
	ErrNoUpgrade = errors.New("the request does not ask for a WebSocket")
	ErrOrigin    = errors.New("pages of this origin may not connect")
	ErrFull      = errors.New("this server takes no more connections")
)

// Limits of an API Gateway WebSocket API, which cannot be raised. Servers keep to
// the first, so that a client that serves one door serves both.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const (
	// Lifetime is how long a connection lasts: clients connect again before that.
	Lifetime = 2 * time.Hour
	// Idle is how long it lasts without a message either way: clients send Ping in
	// time.
	Idle = 10 * time.Minute
)

// Protocol is the subprotocol that a client asks for and the door accepts. A browser
// cannot set a header of a WebSocket but this one, so the token comes with it, as a
// second subprotocol that begins with bearerPrefix. A query would carry the token
// into logs and histories; this header no log of ours has.
const (
	Protocol     = "dinner.v1"
	bearerPrefix = "bearer."
)

// Ping is what a client sends to keep a connection that is silent, and Pong the
// answer.
const (
	Ping = "ping"
	Pong = "pong"
)

// OnlyTells is the answer to every other message.
const OnlyTells = `{"kind":"error","detail":"commands go to the API; this connection only tells"}`

// Token returns the access token in a Sec-WebSocket-Protocol header, and whether
// the client speaks Protocol at all.
func Token(header string) (token string, speaks bool) {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if raw, ok := strings.CutPrefix(part, bearerPrefix); ok && token == "" {
			token = raw
		}
		speaks = speaks || part == Protocol
	}
	return token, speaks
}
